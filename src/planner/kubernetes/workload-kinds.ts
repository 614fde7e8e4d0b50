/** The path of the pods of a kind, and the fields that determine their number. */
export interface WorkloadKind {
  /** The API groups, as before the slash of `apiVersion`. Empty text is the core group. */
  readonly groups: readonly string[];
  /** The path of the pod template, which has `metadata` and `spec`. Empty: the object itself. */
  readonly template: readonly string[];
  readonly count: 'one' | 'replicas' | 'job' | 'every-node';
  /** The path of the object with `completions` and `parallelism`, or `replicas`. */
  readonly counted: readonly string[];
}

const TEMPLATE = ['spec', 'template'];
const SPEC = ['spec'];

/** Kinds that start pods: those of Kubernetes, and custom resources of the same structure. */
export const WORKLOAD_KINDS: Readonly<Record<string, WorkloadKind>> = {
  Pod: { groups: [''], template: [], count: 'one', counted: [] },
  ReplicationController: { groups: [''], template: TEMPLATE, count: 'replicas', counted: SPEC },
  Deployment: { groups: ['apps', 'extensions'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  ReplicaSet: { groups: ['apps', 'extensions'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  StatefulSet: {
    groups: ['apps', 'apps.kruise.io'],
    template: TEMPLATE,
    count: 'replicas',
    counted: SPEC,
  },
  DaemonSet: {
    groups: ['apps', 'extensions', 'apps.kruise.io'],
    template: TEMPLATE,
    count: 'every-node',
    counted: SPEC,
  },
  Job: { groups: ['batch'], template: TEMPLATE, count: 'job', counted: SPEC },
  CronJob: {
    groups: ['batch'],
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    count: 'job',
    counted: ['spec', 'jobTemplate', 'spec'],
  },
  Rollout: { groups: ['argoproj.io'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  CloneSet: { groups: ['apps.kruise.io'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  DeploymentConfig: {
    groups: ['apps.openshift.io', ''],
    template: TEMPLATE,
    count: 'replicas',
    counted: SPEC,
  },
  // Knative starts one pod of a new revision, and scales it as requests come.
  Service: { groups: ['serving.knative.dev'], template: TEMPLATE, count: 'one', counted: SPEC },
};

/** Kinds that start no pods, in any group: those of Kubernetes, and frequent custom resources. */
export const KINDS_WITHOUT_PODS: ReadonlySet<string> = new Set(
  `APIService Application ApplicationSet AppProject AuthorizationPolicy BackendTLSPolicy Binding CSIDriver CSINode
  CSIStorageCapacity Certificate CertificateRequest CertificateSigningRequest ClusterIssuer ClusterRole
  ClusterRoleBinding ClusterSecretStore ComponentStatus ConfigMap ControllerRevision CustomResourceDefinition
  DestinationRule DeviceClass EndpointSlice Endpoints EnvoyFilter Event ExternalSecret FlowSchema GRPCRoute Gateway
  GatewayClass HTTPRoute HorizontalPodAutoscaler IPAddress Ingress IngressClass IngressRoute Issuer Kustomization Lease
  LimitRange LocalSubjectAccessReview Middleware MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
  MutatingWebhookConfiguration Namespace NetworkPolicy Node PeerAuthentication PersistentVolume PersistentVolumeClaim
  PodDisruptionBudget PodMonitor PodSecurityPolicy PodTemplate PriorityClass PriorityLevelConfiguration Probe
  PrometheusRule ReferenceGrant RequestAuthentication ResourceClaim ResourceClaimTemplate ResourceQuota ResourceSlice
  Role RoleBinding Route RuntimeClass ScaledObject SealedSecret Secret SecretStore SelfSubjectAccessReview Service
  ServiceAccount ServiceCIDR ServiceEntry ServiceMonitor Sidecar StorageClass SubjectAccessReview TCPRoute TLSOption
  TLSRoute Telemetry TokenReview TriggerAuthentication UDPRoute ValidatingAdmissionPolicy
  ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VerticalPodAutoscaler VirtualService VolumeAttachment
  VolumeAttributesClass VolumeSnapshot VolumeSnapshotClass VolumeSnapshotContent`.split(/\s+/),
);

/** Returns the description of a kind that starts pods; undefined for other kinds. */
export function workloadKind(kind: string, apiVersion: string): WorkloadKind | undefined {
  const found = Object.hasOwn(WORKLOAD_KINDS, kind) ? WORKLOAD_KINDS[kind] : undefined;
  const group = apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : '';
  return found?.groups.includes(group ?? '') ? found : undefined;
}
