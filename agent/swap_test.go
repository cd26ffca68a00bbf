package agent

import (
	"context"
	"testing"

	"github.com/shirou/gopsutil/v4/mem"
)

type swapReading mem.SwapMemoryStat

func (r *swapReading) swap(context.Context) (*mem.SwapMemoryStat, error) {
	return (*mem.SwapMemoryStat)(r), nil
}

func TestSwap(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		reading swapReading
		want    string
	}{
		{"in use", swapReading{Total: 400, Used: 100, Free: 300}, `
			swap_free{} 300 Bytes
			swap_used{} 100 Bytes
			swap_used_percent{} 25 Percent`},
		{"none", swapReading{}, `
			swap_free{} 0 Bytes
			swap_used{} 0 Bytes
			swap_used_percent{} 0 Percent`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkLines(t, collectOnce(t, newSwap(&tt.reading)), tt.want)
		})
	}
}
