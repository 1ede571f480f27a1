import { useLocation } from '@remix-run/react'
import { paths } from '../paths.ts'
import { Callout } from '../ui/callout.tsx'
import { ActionForm, Submit } from '../ui/form.tsx'
import { TimeText } from '../ui/time.tsx'
import { placeText } from './sign-in-words.ts'

export interface NewDevice {
  id: string
  at: string
  device: string
  ip: string | null
  place: string
  isOpen: boolean
}

/** Someone signed in as this person on a device they had not used before: was it them? */
export function NewDeviceBanner({ devices }: { devices: readonly NewDevice[] }) {
  const { pathname, search } = useLocation()
  const [device] = devices
  if (!device) return null
  const only = { name: 'signInId', value: device.id }
  return (
    <Callout tone="warn" title="New sign-in to your account" className="mb-4" role="status">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p>
          {device.device}, {placeText(device)}, <TimeText at={device.at} />. Was it you?
        </p>
        <div className="flex flex-wrap gap-2">
          <ActionForm
            intent="mine"
            action={paths.security()}
            carry={{ signInId: device.id, back: `${pathname}${search}` }}
            only={only}
          >
            <Submit tone="secondary" small>
              Yes, it was me
            </Submit>
          </ActionForm>
          <ActionForm intent="foreign" action={paths.security()} carry={{ signInId: device.id }} only={only}>
            <Submit tone="danger" small>
              {device.isOpen ? 'No, end it' : 'No'}
            </Submit>
          </ActionForm>
        </div>
      </div>
    </Callout>
  )
}
