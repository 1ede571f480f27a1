import { useRouteLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { paths } from '../paths.ts'
import type { RootData } from '../root.tsx'
import { FlashToast } from '../ui/flash.tsx'
import { Brand } from './frame.tsx'

/** The narrow page of those who are not signed in yet. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  const root = useRouteLoaderData<RootData>('root')
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-88 flex-col justify-center px-4 py-10">
      <div className="mb-6">
        <Brand to={paths.home()} label="Virel, start page" />
      </div>
      <h1 className="mb-4 text-xl font-semibold tracking-tight">{title}</h1>
      {children}
      <FlashToast flash={root?.flash ?? null} />
    </main>
  )
}
