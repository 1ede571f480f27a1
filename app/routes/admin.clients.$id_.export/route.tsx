import { download, idParam } from '../../screen.server.ts'

export const loader = download(({ api, params }) => api.personalData.exportClient({ id: idParam(params) }))
