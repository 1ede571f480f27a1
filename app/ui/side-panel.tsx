import { ArrowLeft, X } from 'lucide-react'
import { type ReactNode, type RefObject, useId } from 'react'
import { Button } from './button.tsx'

/**
 * One thing of a list, beside the list. On wide screens a column that leaves the list usable, on narrow ones the whole
 * page with a way back. It doesn't trap the focus: the list is still there.
 */
export function SidePanel({
  title,
  lead,
  actions,
  footer,
  onClose,
  children,
  panel,
}: {
  title: ReactNode
  /** Above the title: what it is. */
  lead?: ReactNode
  actions?: ReactNode
  footer?: ReactNode
  onClose: () => void
  children: ReactNode
  panel?: RefObject<HTMLElement>
}) {
  const id = useId()
  return (
    <aside ref={panel} aria-labelledby={id} tabIndex={-1} className="side-panel" data-side-panel>
      <header className="side-panel-head">
        <div className="mb-1 flex items-center gap-2">
          <Button tone="quiet" small className="btn-icon -ml-1 lg:hidden" aria-label="Back to the list" onClick={onClose}>
            <ArrowLeft aria-hidden="true" className="size-4" />
          </Button>
          <div className="flex min-w-0 flex-1 items-center gap-2 text-xs text-muted">{lead}</div>
          {actions}
          <Button tone="quiet" small className="btn-icon max-lg:hidden" aria-label="Close" title="Close (Esc)" onClick={onClose}>
            <X aria-hidden="true" className="size-4" />
          </Button>
        </div>
        <h2 id={id} className="text-lg leading-snug font-semibold text-balance">
          {title}
        </h2>
      </header>
      <div className="side-panel-body">{children}</div>
      {footer ? <footer className="side-panel-foot">{footer}</footer> : null}
    </aside>
  )
}
