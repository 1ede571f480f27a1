import { useLocation, useNavigation } from '@remix-run/react'
import { type ReactNode, useEffect, useState } from 'react'
import { Card, Split } from './card.tsx'
import { ListSkeleton, Skeleton } from './states.tsx'

/** Quicker than this a page is simply there; a skeleton would only flicker. */
const SLOW_MS = 350

/**
 * The page, and in its place the shape of the next one while that is slow in coming. What was typed on the page stays
 * mounted until it is really left.
 */
export function SlowPage({ children }: { children: ReactNode }) {
  const { pathname } = useLocation()
  const navigation = useNavigation()
  // A form of this page, a filter or a card beside a list keeps what is there.
  const next = navigation.state === 'loading' && !navigation.formMethod ? navigation.location.pathname : pathname
  const [slow, setSlow] = useState<string | null>(null)
  useEffect(() => {
    if (next === pathname) return
    const timer = setTimeout(() => setSlow(next), SLOW_MS)
    return () => {
      clearTimeout(timer)
      setSlow(null)
    }
  }, [next, pathname])
  return (
    <>
      {slow === null ? null : <PageSkeleton path={slow} />}
      <div className={slow === null ? 'contents' : 'hidden'}>{children}</div>
    </>
  )
}

/** A list has rows; one thing has cards and what goes with it at the side. */
export function PageSkeleton({ path }: { path: string }) {
  const isList = path.split('/').filter(Boolean).length <= 2
  return (
    <div data-page-skeleton>
      <p role="status" className="sr-only">
        The page is being opened
      </p>
      <div aria-hidden="true">
        <Skeleton className="mb-2 h-7! w-56 max-w-full" />
        <Skeleton className="mb-4 w-80 max-w-full" />
        {isList ? (
          <>
            <Skeleton className="mb-3 h-8! w-full max-w-xl" />
            <Card flush>
              <ListSkeleton rows={12} />
            </Card>
          </>
        ) : (
          <Split
            main={[4, 6].map((lines) => <CardSkeleton key={lines} lines={lines} />)}
            side={[3, 4].map((lines) => <CardSkeleton key={lines} lines={lines} />)}
          />
        )}
      </div>
    </div>
  )
}

const WIDTHS = ['w-1/3', 'w-3/4', 'w-2/3', 'w-1/2', 'w-4/5', 'w-3/5']

function CardSkeleton({ lines }: { lines: number }) {
  return (
    <Card>
      <div className="flex flex-col gap-3">
        {WIDTHS.slice(0, lines).map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </Card>
  )
}
