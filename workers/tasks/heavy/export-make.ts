import { runExport } from '#server/exports/run-export.ts'
import type { Handler } from '#workers/task.ts'

/** Makes the file that somebody asked for. */
export const exportMake: Handler<'export-make'> = (ctx, { exportId }, { signal }) => runExport(ctx, exportId, signal)
