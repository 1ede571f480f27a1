import { classNames } from '../ui/class-names.ts'
import { Checkbox, CheckboxGroup, GroupError } from '../ui/form.tsx'

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
}: {
  groups: readonly ServiceGroup[]
  chosen?: readonly string[]
  name?: string
  className?: string
}) {
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
