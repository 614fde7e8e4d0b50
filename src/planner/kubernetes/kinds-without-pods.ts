/** Kinds that start no pods, by API group. `*`: all kinds of the group. A kind that is not listed is reported as unknown. */
const KINDS_WITHOUT_PODS: Readonly<Record<string, string>> = {
  '': `Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim
    PodTemplate ResourceQuota Secret Service ServiceAccount`,
  apps: 'ControllerRevision',
  policy: '*',
  extensions: 'Ingress NetworkPolicy PodSecurityPolicy',
  autoscaling: '*',
  // The other groups of Kubernetes and of its own projects.
  'admissionregistration.k8s.io': '*',
  'apiextensions.k8s.io': '*',
  'apiregistration.k8s.io': '*',
  'audit.k8s.io': '*',
  'authentication.k8s.io': '*',
  'authorization.k8s.io': '*',
  'autoscaling.k8s.io': '*',
  'certificates.k8s.io': '*',
  'coordination.k8s.io': '*',
  'discovery.k8s.io': '*',
  'events.k8s.io': '*',
  'flowcontrol.apiserver.k8s.io': '*',
  'gateway.networking.k8s.io': '*',
  'metrics.k8s.io': '*',
  'networking.k8s.io': '*',
  'node.k8s.io': '*',
  'policy.networking.k8s.io': '*',
  'rbac.authorization.k8s.io': '*',
  'resource.k8s.io': '*',
  'scheduling.k8s.io': '*',
  'snapshot.storage.k8s.io': '*',
  'storage.k8s.io': '*',
  'storagemigration.k8s.io': '*',
  // Frequent custom resources.
  'argoproj.io': 'AppProject',
  'bitnami.com': 'SealedSecret',
  'cert-manager.io': '*',
  'cilium.io': '*',
  'crd.projectcalico.org': '*',
  'external-secrets.io': '*',
  'image.toolkit.fluxcd.io': 'ImagePolicy ImageUpdateAutomation',
  'keda.sh': 'ScaledObject TriggerAuthentication ClusterTriggerAuthentication',
  'kyverno.io': '*',
  'monitoring.coreos.com': 'AlertmanagerConfig PodMonitor Probe PrometheusRule ScrapeConfig ServiceMonitor',
  'networking.istio.io': '*',
  'notification.toolkit.fluxcd.io': '*',
  'projectcalico.org': '*',
  'route.openshift.io': '*',
  'secrets-store.csi.x-k8s.io': '*',
  'security.istio.io': '*',
  'security.openshift.io': '*',
  'source.toolkit.fluxcd.io': '*',
  'telemetry.istio.io': '*',
  'traefik.containo.us': '*',
  'traefik.io': '*',
};

/** Kinds that deploy objects from other places, by API group. */
const DEPLOYERS: Readonly<Record<string, string>> = {
  'argoproj.io': 'Application ApplicationSet',
  'helm.cattle.io': 'HelmChart HelmChartConfig',
  'helm.toolkit.fluxcd.io': 'HelmRelease',
  'kustomize.toolkit.fluxcd.io': 'Kustomization',
};

/** Returns the group of an `apiVersion`: empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const [group = '', version] = apiVersion.split('/', 2);
  return version === undefined ? '' : group;
}

/** Reports whether objects of a kind certainly start no pods. */
export function isWithoutPods(kind: string, apiVersion: string): boolean {
  return isListed(KINDS_WITHOUT_PODS, kind, apiVersion);
}

/** Reports whether objects of a kind deploy other objects, which a plan does not have: an Argo CD Application, a HelmRelease. */
export function isDeployer(kind: string, apiVersion: string): boolean {
  return isListed(DEPLOYERS, kind, apiVersion);
}

function isListed(table: Readonly<Record<string, string>>, kind: string, apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  const kinds = Object.hasOwn(table, group) ? (table[group] ?? '') : '';
  return kinds === '*' || kinds.split(/\s+/).includes(kind);
}
