import { query, router } from '#server/trpc/init.ts'
import * as schema from './preview.schema.ts'
import { showPreview } from './show-preview.ts'

export const accessPreviewRouter = router({
  show: query({
    access: 'users.grant_any',
    policy: 'none: owners only; the lists apply the policies of whom they are shown for',
    summary: 'What a person, roles or a set of permissions would see and may do',
    rest: { method: 'GET', path: '/access-preview' },
    input: schema.previewInput,
    output: schema.previewOut,
    run: showPreview,
  }),
})
