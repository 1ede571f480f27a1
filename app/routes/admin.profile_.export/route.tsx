import { download } from '../../screen.server.ts'

export const loader = download(({ api }) => api.personalData.exportOwn({}))
