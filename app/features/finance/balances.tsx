import { Link } from '@remix-run/react'
import { paths } from '../../paths.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card, ScrollArea } from '../../ui/card.tsx'
import { moneyText } from '../../ui/money.tsx'

interface Account {
  code: string
  name: string
  kind: string
  explanation: string
  opening: number
  debits: number
  credits: number
  closing: number
}

export interface BalancesData {
  month: string | null
  currency: string
  closed: boolean
  accounts: readonly Account[]
  sum: number
}

/** Every account with what moved it; each number's account opens its rows. The sum is nothing, or the books are wrong. */
export function Balances({ balances }: { balances: BalancesData }) {
  const { month, currency, accounts, sum } = balances
  const text = (amount: number) => moneyText({ amount, currency })
  const here = (account: string) => paths.finance.ledger({ account, month: month ?? undefined, currency })
  return (
    <Card
      title="Accounts"
      note={`Debits are positive, credits negative; ${currency}`}
      flush
      actions={
        <>
          {balances.closed ? <Badge tone="plum">Closed</Badge> : null}
          <Badge tone={sum === 0 ? 'good' : 'bad'}>{sum === 0 ? 'Sums to zero' : `Off by ${text(sum)}`}</Badge>
        </>
      }
    >
      <ScrollArea label="Accounts">
        <table className="table table-tight">
          <caption className="sr-only">Accounts</caption>
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col" className="end whitespace-nowrap">
                Before
              </th>
              <th scope="col" className="end whitespace-nowrap">
                Debits
              </th>
              <th scope="col" className="end whitespace-nowrap">
                Credits
              </th>
              <th scope="col" className="end whitespace-nowrap">
                {month ? 'At its end' : 'Now'}
              </th>
            </tr>
          </thead>
          <tbody>
            {accounts.map((account) => (
              <tr key={account.code} data-row>
                <td>
                  <Link to={here(account.code)} className="font-medium text-link hover:underline" title={account.explanation}>
                    {account.name}
                  </Link>
                </td>
                <td className="end whitespace-nowrap">{text(account.opening)}</td>
                <td className="end whitespace-nowrap">{text(account.debits)}</td>
                <td className="end whitespace-nowrap">{text(account.credits)}</td>
                <td className="end font-medium whitespace-nowrap">{text(account.closing)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Card>
  )
}
