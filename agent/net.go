package agent

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/shirou/gopsutil/v4/net"
)

type netReader interface {
	// netIO returns the counters of every network interface.
	netIO(ctx context.Context) ([]net.IOCountersStat, error)
	// upInterfaces names the interfaces that are up, without loopback.
	upInterfaces() (map[string]bool, error)
}

// netCollector publishes interfaces that are up, without loopback, as the
// CloudWatch agent does unless interfaces are named.
type netCollector struct {
	from   netReader
	growth *growth[net.IOCountersStat]
}

func newNet(from netReader) *netCollector { return &netCollector{from, newGrowth(netFields())} }

func (c *netCollector) name() string { return "net" }

func (c *netCollector) metrics() []Definition { return definitions(c.growth.fields, "interface") }

func (c *netCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	up, err := c.from.upInterfaces()
	if err != nil {
		return out, err
	}
	counters, err := c.from.netIO(ctx)
	if err != nil {
		return out, err
	}
	c.growth.begin()
	for _, n := range counters {
		if up[n.Name] {
			out = c.growth.add(out, n.Name, n, []Dimension{{"interface", n.Name}})
		}
	}
	c.growth.end()
	return out, nil
}

func netFields() []field[net.IOCountersStat] {
	type reading = net.IOCountersStat
	grows := func(name string, unit types.StandardUnit, text string, value func(reading) uint64) field[reading] {
		return field[reading]{"net_" + name, unit, Growth, text, func(n reading) float64 { return float64(value(n)) }}
	}
	return []field[reading]{
		grows("bytes_recv", types.StandardUnitBytes, "received", func(n reading) uint64 { return n.BytesRecv }),
		grows("bytes_sent", types.StandardUnitBytes, "sent", func(n reading) uint64 { return n.BytesSent }),
		grows("drop_in", types.StandardUnitCount, "received packets that were dropped", func(n reading) uint64 { return n.Dropin }),
		grows("drop_out", types.StandardUnitCount, "packets to send that were dropped", func(n reading) uint64 { return n.Dropout }),
		grows("err_in", types.StandardUnitCount, "errors in receiving", func(n reading) uint64 { return n.Errin }),
		grows("err_out", types.StandardUnitCount, "errors in sending", func(n reading) uint64 { return n.Errout }),
		grows("packets_recv", types.StandardUnitCount, "received packets", func(n reading) uint64 { return n.PacketsRecv }),
		grows("packets_sent", types.StandardUnitCount, "sent packets", func(n reading) uint64 { return n.PacketsSent }),
	}
}
