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
  automountServiceAccountToken: false
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
      env:
        - name: HEADROOM_CONFIG_FILE
          value: /etc/headroom/config/headroom.yml
        {{- if .Values.slack.existingSecret }}
        - name: SLACK_WEBHOOK_URL_FILE
          value: /etc/headroom/slack/webhook-url
        {{- end }}
        {{- with .Values.extraEnv }}{{ toYaml . | nindent 8 }}{{ end }}
      {{- with .Values.extraEnvFrom }}
      envFrom: {{- toYaml . | nindent 8 }}
      {{- end }}
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
        - { name: config, mountPath: /etc/headroom/config, readOnly: true }
        - { name: data, mountPath: /data }
        - { name: tmp, mountPath: /tmp }
        {{- range .Values.credentials }}
        {{- if or .existingSecret .dockerConfigSecret }}
        - { name: secret-{{ .name }}, mountPath: /etc/headroom/secrets/{{ .name }}, readOnly: true }
        {{- end }}
        {{- end }}
        {{- if .Values.slack.existingSecret }}
        - { name: slack, mountPath: /etc/headroom/slack, readOnly: true }
        {{- end }}
        {{- if .Values.webConfig.existingSecret }}
        - { name: web-config, mountPath: /etc/headroom/web, readOnly: true }
        {{- end }}
        {{- with .Values.extraVolumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
  volumes:
    - name: config
      {{- if .Values.configExistingSecret }}
      secret: { secretName: {{ .Values.configExistingSecret }} }
      {{- else }}
      configMap: { name: {{ include "headroom.fullname" . }} }
      {{- end }}
    - name: data
      {{- if and .Values.persistence.enabled (eq .Values.kind "Deployment") }}
      persistentVolumeClaim: { claimName: {{ .Values.persistence.existingClaim | default (include "headroom.fullname" .) }} }
      {{- else }}
      emptyDir: {}
      {{- end }}
    - name: tmp
      emptyDir: {}
    {{- range .Values.credentials }}
    {{- if .existingSecret }}
    - name: secret-{{ .name }}
      secret:
        secretName: {{ .existingSecret }}
        items: [{ key: {{ .existingSecretKey | default "password" }}, path: password }]
    {{- else if .dockerConfigSecret }}
    - name: secret-{{ .name }}
      secret:
        secretName: {{ .dockerConfigSecret }}
        items: [{ key: .dockerconfigjson, path: config.json }]
    {{- end }}
    {{- end }}
    {{- with .Values.slack }}
    {{- if .existingSecret }}
    - name: slack
      secret:
        secretName: {{ .existingSecret }}
        items: [{ key: {{ .key }}, path: webhook-url }]
    {{- end }}
    {{- end }}
    {{- if .Values.webConfig.existingSecret }}
    - name: web-config
      secret: { secretName: {{ .Values.webConfig.existingSecret }} }
    {{- end }}
    {{- with .Values.extraVolumes }}{{ toYaml . | nindent 4 }}{{ end }}
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
