import { Checkbox, CheckboxGroup, GroupError } from '../ui/form.tsx'

export function RoleChoice({
  roles,
  chosen = [],
}: {
  roles: readonly { code: string; name: string; description: string }[]
  chosen?: readonly string[]
}) {
  return (
    <CheckboxGroup legend="Roles">
      <div className="flex flex-col gap-1">
        {roles.map((role) => (
          <Checkbox
            key={role.code}
            name="roles"
            value={role.code}
            defaultChecked={chosen.includes(role.code)}
            label={
              <>
                <span className="font-medium">{role.name}</span> <span className="text-xs text-muted">{role.description}</span>
              </>
            }
          />
        ))}
      </div>
      <GroupError name="roles" />
    </CheckboxGroup>
  )
}
