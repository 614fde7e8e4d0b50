{{/* The pod template of Deployment and DaemonSet. */}}
{{- define "headroom.pod" -}}
metadata:
  labels:
    {{- include "headroom.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- $annotations := deepCopy .Values.podAnnotations }}
  {{- if not .Values.configExistingSecret }}
  {{- $_ := set $annotations "checksum/config" (include "headroom.config" . | sha256sum) }}
  {{- end }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "headroom.serviceAccountName" . }}
  automountServiceAccountToken: {{ .Values.rbac.create }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext: {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: headroom
      image: {{ include "headroom.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- with .Values.extraArgs }}
      args: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- include "headroom.env" . | nindent 6 }}
      ports:
        - name: http
          containerPort: 10429
      {{- $prefix := include "headroom.prefix" . }}
      {{- if .Values.webConfig.existingSecret }}
      # A probe of the kubelet has neither password nor certificate.
      livenessProbe:
        exec: { command: [/nodejs/bin/node, /app/dist/main.js, health, "--web.route-prefix={{ $prefix | default "/" }}"] }
        {{- toYaml .Values.livenessProbe | nindent 8 }}
      readinessProbe:
        tcpSocket: { port: http }
        {{- toYaml .Values.readinessProbe | nindent 8 }}
      {{- else }}
      livenessProbe:
        httpGet: { path: {{ $prefix }}/-/healthy, port: http }
        {{- toYaml .Values.livenessProbe | nindent 8 }}
      readinessProbe:
        httpGet: { path: {{ $prefix }}/-/ready, port: http }
        {{- toYaml .Values.readinessProbe | nindent 8 }}
      {{- end }}
      resources: {{- toYaml .Values.resources | nindent 8 }}
      securityContext: {{- toYaml .Values.securityContext | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /data }
        {{- include "headroom.configMounts" . | nindent 8 }}
  volumes:
    {{- include "headroom.configVolumes" (dict "root" $ "configMap" (include "headroom.fullname" .)) | nindent 4 }}
    - name: data
      {{- if and .Values.persistence.enabled (eq .Values.kind "Deployment") }}
      persistentVolumeClaim: { claimName: {{ .Values.persistence.existingClaim | default (include "headroom.fullname" .) }} }
      {{- else }}
      emptyDir: {}
      {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
