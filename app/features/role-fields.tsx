import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { Checkbox, CheckboxGroup, Field, GroupError, Input, Submit } from '../ui/form.tsx'
import { byArea } from './areas.ts'

export const ROLE_FIELDS = ['name', 'description', 'permissions'] as const

/** Name, description and permissions of a role; what its editor may not give away can't be ticked. */
export function RoleFields({
  role,
  permissions,
  mine,
  mayPreview,
  submit,
}: {
  role?: { name: string; description: string; permissions: readonly string[] }
  permissions: readonly { code: string; description: string }[]
  mine: readonly string[]
  mayPreview: boolean
  submit: string
}) {
  return (
    <>
      <Card>
        <div className="grid gap-3 sm:grid-cols-[1fr_2fr]">
          <Field name="name" label="Name" required>
            <Input maxLength={60} autoComplete="off" defaultValue={role?.name} />
          </Field>
          <Field name="description" label="What it is for">
            <Input maxLength={300} autoComplete="off" defaultValue={role?.description} />
          </Field>
        </div>
      </Card>
      <Card title="Permissions" note="What people with this role may see and do. You can only give what you hold yourself.">
        <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-3">
          {byArea(permissions).map(({ area, permissions: list }) => (
            <CheckboxGroup key={area} legend={area}>
              {list.map((permission) => (
                <Checkbox
                  key={permission.code}
                  name="permissions"
                  value={permission.code}
                  defaultChecked={role?.permissions.includes(permission.code)}
                  disabled={!mine.includes(permission.code)}
                  label={
                    <span className={mine.includes(permission.code) ? undefined : 'text-muted'}>{permission.description}</span>
                  }
                />
              ))}
            </CheckboxGroup>
          ))}
        </div>
        <GroupError name="permissions" />
      </Card>
      <div className="flex flex-wrap gap-2">
        <Submit>{submit}</Submit>
        {mayPreview ? (
          <button type="submit" formMethod="get" formAction={paths.accessPreview()} formNoValidate className="btn btn-secondary">
            Preview what they would see
          </button>
        ) : null}
      </div>
    </>
  )
}
