package history_test

import (
	"fmt"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/history"
)

// A test that drives a server sends each operation to it as well, and asks
// Errors.Allow and the Diff methods whether the two agree.
func ExampleGenerator() {
	model := oracle.New()
	g := history.New(1, history.DefaultConfig())
	refused := 0
	for range 100 {
		op := g.Next()
		if op.Put == nil {
			continue
		}
		if errs := model.PutMetricData(op.At, op.Tenant, *op.Put); len(errs) > 0 {
			refused++
		}
	}
	fmt.Println(refused > 0)
	// Output: true
}
