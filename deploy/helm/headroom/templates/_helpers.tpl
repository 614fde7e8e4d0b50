{{- define "headroom.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "headroom.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "headroom.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "headroom.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "headroom.selectorLabels" -}}
app.kubernetes.io/name: {{ include "headroom.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "headroom.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "headroom.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: exporter
app.kubernetes.io/part-of: headroom
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "headroom.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "headroom.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "headroom.image" -}}
{{- with .Values.image -}}
{{- $name := printf "%s/%s" .registry .repository -}}
{{- if .digest }}{{ $name }}@{{ .digest }}{{ else }}{{ $name }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* The route prefix, without a trailing slash, as Headroom computes it. */}}
{{- define "headroom.prefix" -}}
{{- $web := .Values.config.web | default dict -}}
{{- $path := $web.route_prefix | default (urlParse .Values.externalUrl).path -}}
{{- trimSuffix "/" $path }}
{{- end }}

{{- define "headroom.scheme" -}}
{{- if .Values.webConfig.existingSecret }}{{ .Values.webConfig.scheme }}{{ else }}http{{ end }}
{{- end }}

{{/* The base URL of links, without a trailing slash. */}}
{{- define "headroom.url" -}}
{{- $inside := printf "%s://%s.%s:%v%s" (include "headroom.scheme" .) (include "headroom.fullname" .) .Release.Namespace .Values.service.port (include "headroom.prefix" .) -}}
{{- .Values.externalUrl | default $inside | trimSuffix "/" }}
{{- end }}

{{/* One credential in the format of the configuration file. */}}
{{- define "headroom.credential" -}}
{{- $entry := omit . "existingSecret" "existingSecretKey" "dockerConfigSecret" -}}
{{- $folder := printf "/etc/headroom/secrets/%s" .name -}}
{{- if .existingSecret }}{{- $_ := set $entry "password_file" (printf "%s/password" $folder) }}{{- end -}}
{{- if .dockerConfigSecret }}{{- $_ := set $entry "docker_config_file" (printf "%s/config.json" $folder) }}{{- end -}}
{{- toYaml (list $entry) }}
{{- end }}

{{/* The configuration file. */}}
{{- define "headroom.config" -}}
{{- if .Values.config.credentials }}{{ fail "Set credentials in the value credentials, not in config.credentials" }}{{ end -}}
{{- $config := deepCopy .Values.config -}}
{{- $web := deepCopy ($config.web | default dict) -}}
{{- with .Values.externalUrl }}{{- $_ := set $web "external_url" . }}{{- end -}}
{{- if .Values.webConfig.existingSecret }}{{- $_ := set $web "config_file" "/etc/headroom/web/web-config.yml" }}{{- end -}}
{{- if $web }}{{- $_ := set $config "web" $web }}{{- end -}}
credentials:
{{- range .Values.credentials }}
{{ include "headroom.credential" . | indent 2 }}
{{- end }}
{{- with $config }}
{{ toYaml . }}
{{- end }}
{{- end }}
