package scalable

import (
	"context"
	"slices"
	"strconv"
	"time"

	"skywatch/targets/driver"
)

// Program is the driver that runs programs: Get writes a custom resource's JSON,
// Set may.
type Program struct {
	Get, Put []string // command lines with placeholders
	Timeout  time.Duration
}

// Capacity implements Driver.
func (p *Program) Capacity(ctx context.Context, n Name) (Capacity, error) {
	out, err := driver.Run(ctx, fill(p.Get, Order{Name: n}), p.Timeout)
	if err != nil {
		return Capacity{}, err
	}
	return parseCapacity(out)
}

// Set implements Driver.
func (p *Program) Set(ctx context.Context, o Order) (*Capacity, error) {
	out, err := driver.Run(ctx, fill(p.Put, o), p.Timeout)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	c, err := parseCapacity(out)
	if err != nil {
		return nil, driver.Unknown(err) // it was run
	}
	return &c, nil
}

func fill(template []string, o Order) []string {
	return driver.Fill(template, pairs(o)...)
}

// placeholders lists those of command lines.
func placeholders() (names []string) {
	for pair := range slices.Chunk(pairs(Order{}), 2) {
		names = append(names, pair[0])
	}
	return names
}

func pairs(o Order) []string {
	return []string{
		"{namespace}", o.Namespace, "{resource}", o.Resource, "{dimension}", o.Dimension, "{account}", o.Account, "{region}", o.Region,
		"{activity}", o.Activity, "{capacity}", strconv.Itoa(o.To), "{from}", strconv.Itoa(o.From),
	}
}
