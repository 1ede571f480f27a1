import { Download } from 'lucide-react'
import { paths } from '../paths.ts'
import { ActionForm, Field, Select, Submit } from '../ui/form.tsx'
import { Step } from '../ui/step.tsx'

/** Makes a file of the list as it is filtered now; goes to the page where it can be fetched. */
export function ExportButton({ kind, filters }: { kind: string; filters: string }) {
  return (
    <Step
      label={
        <>
          <Download aria-hidden="true" className="size-3.5" />
          Export
        </>
      }
    >
      <ActionForm intent="make" action={paths.exports()} carry={{ kind, filters }} className="flex flex-col gap-2">
        <Field name="format" label="The list as filtered now, all pages">
          <Select
            options={[
              { value: 'csv', label: 'CSV' },
              { value: 'xlsx', label: 'Excel' },
            ]}
          />
        </Field>
        <Submit small className="self-start" busy="Asking…">
          Make the file
        </Submit>
      </ActionForm>
    </Step>
  )
}
