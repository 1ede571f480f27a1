import type { ColumnType, GeneratedAlways, JSONColumnType } from 'kysely'

/** timestamptz: read as Date, written as Date or ISO text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>
export type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
/** Filled by a sequence or a default of the database; may be given when history is loaded. */
export type WithDefault<T> = ColumnType<T, T | undefined, T>
/** Nullable on insert and may be left out. */
export type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>
/** jsonb: read parsed, written as JSON text. */
export type Json<T> = ColumnType<T, string, string>
export type JsonWithDefault<T> = ColumnType<T, string | undefined, string>
export type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>
export type { GeneratedAlways, JSONColumnType }
