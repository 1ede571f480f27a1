import { classNames } from '../ui/class-names.ts'
import { Checkbox, CheckboxGroup, GroupError, useFormState } from '../ui/form.tsx'

export interface ServiceGroup {
  name: string
  services: { code: string; name: string }[]
}

/** The catalogue as checkboxes, by category. */
export function ServicesChoice({
  groups,
  chosen = [],
  name = 'services',
  className,
  folded = false,
}: {
  groups: readonly ServiceGroup[]
  chosen?: readonly string[]
  name?: string
  className?: string
  /** Each category opens by itself; those with something chosen are open. */
  folded?: boolean
}) {
  const { values } = useFormState()
  if (folded) {
    return (
      <div className={classNames('flex flex-col divide-y divide-line rounded-md border border-line', className)}>
        {groups.map((group) => {
          const picked = values?.[name] ?? chosen
          return (
            <details key={group.name} open={group.services.some((service) => picked.includes(service.code))}>
              <summary className="flex items-center justify-between px-3 py-2 text-sm font-medium hover:bg-hover">
                {group.name}
                <span className="text-xs font-normal text-muted">{group.services.length}</span>
              </summary>
              <fieldset className="px-3 pb-3">
                <legend className="sr-only">{group.name}</legend>
                <div className="sm:columns-2">
                  {group.services.map((service) => (
                    <Checkbox
                      key={service.code}
                      name={name}
                      value={service.code}
                      label={service.name}
                      defaultChecked={chosen.includes(service.code)}
                    />
                  ))}
                </div>
              </fieldset>
            </details>
          )
        })}
        <GroupError name={name} />
      </div>
    )
  }
  return (
    <div>
      <div className={classNames('columns-1 gap-x-6 sm:columns-2 xl:columns-3', className)}>
        {groups.map((group) => (
          <CheckboxGroup key={group.name} legend={group.name} className="mb-3 break-inside-avoid">
            {group.services.map((service) => (
              <Checkbox
                key={service.code}
                name={name}
                value={service.code}
                label={service.name}
                defaultChecked={chosen.includes(service.code)}
              />
            ))}
          </CheckboxGroup>
        ))}
      </div>
      <GroupError name={name} />
    </div>
  )
}
