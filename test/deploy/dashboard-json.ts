import type { Options as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type {
  AnnotationQuery,
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as Stat } from '@grafana/grafana-foundation-sdk/stat';
import type {
  Options as StateTimeline,
  FieldConfig as StateTimelineField,
} from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Options as Table, FieldConfig as TableField } from '@grafana/grafana-foundation-sdk/table';
import type {
  Options as Series,
  FieldConfig as SeriesField,
} from '@grafana/grafana-foundation-sdk/timeseries';

/** A type of Grafana's as it stands in JSON: where an enum is meant, one of its values. */
export type Json<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/** A classic dashboard as its file holds it, by the types that Grafana publishes; queries are Prometheus'. */
export type DashboardJson = Json<Omit<Dashboard, 'panels' | 'templating' | 'annotations'>> & {
  panels: (PanelJson | Json<Omit<RowPanel, 'panels'> & { type: 'row'; panels: [] }>)[];
  templating: { list: Json<VariableModel>[] };
  annotations: { list: Json<Omit<AnnotationQuery, 'target'>>[] };
};

/** A panel of one of the kinds that the dashboards use, with the options of this kind. */
export type PanelJson =
  | PanelOf<'bargauge', BarGauge, object>
  | PanelOf<'stat', Stat, object>
  | PanelOf<'state-timeline', StateTimeline, StateTimelineField>
  | PanelOf<'table', Table, TableField>
  | PanelOf<'timeseries', Series, SeriesField>;

type PanelOf<Type, Options, Custom> = Json<
  Omit<Panel, 'type' | 'targets' | 'options' | 'fieldConfig'> & {
    type: Type;
    title: string;
    description: string;
    targets: Omit<Dataquery, '_implementsDataqueryVariant'>[];
    options: Partial<Options>;
    fieldConfig: Omit<FieldConfigSource, 'defaults'> & {
      defaults: Omit<FieldConfig, 'custom'> & { custom?: Partial<Custom> };
    };
  }
>;
