import { type ToastMessage, ToastProvider } from './toast.tsx'

/** What the last action did, as the server says it once. */
export type FlashMessage = Pick<ToastMessage, 'id' | 'tone' | 'text'>

/** On pages outside the frame, which have no other messages. */
export function FlashToast({ flash }: { flash: FlashMessage | null }) {
  return <ToastProvider flash={flash}>{null}</ToastProvider>
}
