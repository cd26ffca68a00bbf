package targets

import (
	"context"

	"skywatch/catalog"
)

// ForgetAccount deletes the deliveries that an account's doings wait to be carried,
// whoever they are for. No engine may run meanwhile. (Those that wait for targets of
// the account are kept under its key.)
func ForgetAccount(ctx context.Context, db *catalog.DB, account string) error {
	return waiting.ForgetIf(ctx, db, func(d Delivery) bool { return d.Tenant.Account == account })
}
