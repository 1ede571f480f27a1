export { cancelPreview, previewOf } from './cancel-preview.ts'
