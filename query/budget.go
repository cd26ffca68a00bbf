package query

import "skywatch/internal/fault"

// Limits are what one request may ask for; zero values are CloudWatch's.
type Limits struct {
	// Searched is how many metrics a SEARCH finds.
	Searched int
	// Scanned is how many metrics a Metrics Insights query reads, and Groups how
	// many results it has.
	Scanned, Groups int
	// Cells is how many values a request with expressions may hold at once, as
	// slots of 8 bytes.
	Cells int
}

// defaultCells are 256 MiB.
const defaultCells = 32 << 20

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		of    *int
		value int
	}{{&l.Searched, maxSearched}, {&l.Scanned, maxScanned}, {&l.Groups, maxGroups}, {&l.Cells, defaultCells}} {
		if *d.of == 0 {
			*d.of = d.value
		}
	}
	return l
}

// spend counts what a request holds in memory against its budget.
func (c *computation) spend(cells int) error {
	if c.cells += cells; c.cells > c.engine.limits.Cells {
		return fault.New(fault.Validation, "The request needs more than %d values in memory, which is its limit: ask for fewer metrics, a shorter range or a longer period.", c.engine.limits.Cells).On("MetricDataQueries")
	}
	return nil
}
