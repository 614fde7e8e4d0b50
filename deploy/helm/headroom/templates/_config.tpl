{{/* What a container needs to read the configuration: for the pod, and for the check before an upgrade. */}}
{{- define "headroom.env" -}}
env:
  - name: HEADROOM_CONFIG_FILE
    value: /etc/headroom/config/headroom.yml
  {{- if .Values.slack.existingSecret }}
  - name: SLACK_WEBHOOK_URL_FILE
    value: /etc/headroom/slack/webhook-url
  {{- end }}
  {{- with .Values.extraEnv }}{{ toYaml . | nindent 2 }}{{ end }}
{{- with .Values.extraEnvFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "headroom.configMounts" -}}
- { name: config, mountPath: /etc/headroom/config, readOnly: true }
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
{{- with .Values.extraVolumeMounts }}{{ toYaml . | nindent 0 }}{{ end }}
{{- end }}

{{/* Parameters: root, and configMap, the name of the map with headroom.yml. */}}
{{- define "headroom.configVolumes" -}}
{{- $values := .root.Values -}}
- name: config
  {{- if $values.configExistingSecret }}
  secret: { secretName: {{ $values.configExistingSecret }} }
  {{- else }}
  configMap: { name: {{ .configMap }} }
  {{- end }}
- name: tmp
  emptyDir: {}
{{- range $values.credentials }}
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
{{- with $values.slack }}
{{- if .existingSecret }}
- name: slack
  secret:
    secretName: {{ .existingSecret }}
    items: [{ key: {{ .key }}, path: webhook-url }]
{{- end }}
{{- end }}
{{- if $values.webConfig.existingSecret }}
- name: web-config
  secret: { secretName: {{ $values.webConfig.existingSecret }} }
{{- end }}
{{- with $values.extraVolumes }}{{ toYaml . | nindent 0 }}{{ end }}
{{- end }}
