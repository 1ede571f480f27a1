import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'

/** Takes the whole attention: the page behind waits. Focus stays inside and goes back to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  wide,
}: {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  children: ReactNode
  wide?: boolean
}) {
  return (
    <Radix.Root open={open} onOpenChange={(now) => (now ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={classNames('dialog', wide && 'w-[min(44rem,calc(100vw-1.5rem))]!')}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <Radix.Title className="text-lg font-semibold text-balance">{title}</Radix.Title>
          {description ? <Radix.Description className="mt-1 text-sm text-muted">{description}</Radix.Description> : null}
          <div className="mt-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Asks before something that can't be taken back. The safe answer has the focus. */
export function AskDialog({
  open,
  onClose,
  onYes,
  title,
  description,
  yes,
  no = 'Keep it as it is',
  tone = 'danger',
}: {
  open: boolean
  onClose: () => void
  onYes: () => void
  title: ReactNode
  description?: ReactNode
  /** What will happen, as a verb: “Cancel the booking”. */
  yes: string
  no?: string
  tone?: 'danger' | 'primary'
}) {
  return (
    <Dialog open={open} onClose={onClose} title={title} description={description}>
      <div className="flex flex-wrap justify-end gap-2">
        <Button autoFocus onClick={onClose}>
          {no}
        </Button>
        <Button tone={tone} onClick={onYes}>
          {yes}
        </Button>
      </div>
    </Dialog>
  )
}
