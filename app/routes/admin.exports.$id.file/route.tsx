import { download, idParam } from '../../screen.server.ts'

export const loader = download(({ api, params }) => api.exports.file({ id: idParam(params) }))
