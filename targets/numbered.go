package targets

import (
	"strconv"
	"strings"
)

// numbered is the delivery as its current attempt sends it: with the number of
// the attempt where its cause marked a place for it.
func (d *Delivery) numbered() Delivery {
	sent := *d
	if d.AttemptMark != "" {
		number := strconv.Itoa(max(1, d.Attempts)) // a delivery may end without one
		sent.Message = strings.ReplaceAll(d.Message, d.AttemptMark, number)
		sent.Original = strings.ReplaceAll(d.Original, d.AttemptMark, number)
	}
	return sent
}
