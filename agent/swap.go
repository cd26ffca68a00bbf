package agent

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/shirou/gopsutil/v4/mem"
)

type swapReader interface {
	swap(ctx context.Context) (*mem.SwapMemoryStat, error)
}

type swapCollector struct {
	from   swapReader
	fields []field[*mem.SwapMemoryStat]
}

func newSwap(from swapReader) *swapCollector { return &swapCollector{from, swapFields()} }

func (c *swapCollector) name() string { return "swap" }

func (c *swapCollector) metrics() []Definition { return definitions(c.fields) }

func (c *swapCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	s, err := c.from.swap(ctx)
	if err != nil {
		return out, err
	}
	return levels(out, c.fields, s, nil), nil
}

func swapFields() []field[*mem.SwapMemoryStat] {
	type reading = *mem.SwapMemoryStat
	return []field[reading]{
		{"swap_free", types.StandardUnitBytes, Level, "swap space not in use", func(s reading) float64 { return float64(s.Free) }},
		{"swap_used", types.StandardUnitBytes, Level, "swap space in use", func(s reading) float64 { return float64(s.Used) }},
		{"swap_used_percent", types.StandardUnitPercent, Level, "in use, of all swap space; 0 where there is none", func(s reading) float64 { return percent(float64(s.Used), float64(s.Total)) }},
	}
}
