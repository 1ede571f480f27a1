import { DropdownMenu } from 'radix-ui'
import type { FocusEvent, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { floatPlace } from './float-place.ts'
import { Kbd } from './kbd.tsx'

/** A list of choices that opens from a button. Arrows and letters walk it, Escape closes it and gives the focus back. */
export function Menu({
  trigger,
  label,
  children,
  align = 'end',
  open,
  onOpenChange,
}: {
  /** The button; must take a ref and props. */
  trigger: ReactNode
  label: string
  children: ReactNode
  align?: 'start' | 'end'
  open?: boolean
  onOpenChange?: (open: boolean) => void
}) {
  return (
    <DropdownMenu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={floatPlace()}>
        <DropdownMenu.Content
          onFocus={open ? focusFirst : undefined}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          loop
          aria-label={label}
          className="float menu"
          data-menu
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** A menu that a key opened has its first choice ready for Enter. */
function focusFirst({ target, currentTarget }: FocusEvent<HTMLElement>): void {
  // Whenever the menu itself is given the focus: when that is, is not ours to say.
  if (target === currentTarget) currentTarget.querySelector<HTMLElement>('[role^=menuitem]:not([data-disabled])')?.focus()
}

export function MenuItem({
  children,
  onSelect,
  icon,
  hint,
  keys,
  tone,
  disabled,
}: {
  children: ReactNode
  onSelect?: () => void
  icon?: ReactNode
  /** A second line: why it is closed, or what it means. */
  hint?: ReactNode
  keys?: readonly string[]
  tone?: 'danger'
  disabled?: boolean
}) {
  return (
    <DropdownMenu.Item onSelect={onSelect} disabled={disabled} data-tone={tone} className="menu-item">
      {icon}
      <span className={classNames('min-w-0 flex-1', hint ? 'py-1' : undefined)}>
        {children}
        {hint ? <span className="block max-w-64 text-xs text-muted">{hint}</span> : null}
      </span>
      {keys ? <Kbd keys={keys} /> : null}
    </DropdownMenu.Item>
  )
}

export function MenuCheck({
  children,
  checked,
  onChange,
}: {
  children: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <DropdownMenu.CheckboxItem
      checked={checked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
      className="menu-item"
    >
      <span aria-hidden="true" className="w-3.5 flex-none text-link">
        {checked ? '✓' : ''}
      </span>
      <span className="min-w-0 flex-1">{children}</span>
    </DropdownMenu.CheckboxItem>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="menu-label">{children}</DropdownMenu.Label>
}

export function MenuLine() {
  return <DropdownMenu.Separator className="menu-line" />
}
