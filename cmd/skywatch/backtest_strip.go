package main

import (
	"strings"
	"time"
)

// The letters of states in a strip, and their colours as a terminal's background.
const (
	cellOK           = 'o'
	cellAlarm        = 'A'
	cellInsufficient = '-'

	green   = "\x1b[42m"
	red     = "\x1b[41m"
	grey    = "\x1b[100m"
	colours = "\x1b[0m" // none again
)

// strip draws states as one row, each cell the same length of time. A cell in
// which the alarm was in ALARM, however shortly, shows that; otherwise the state
// that it was in for longest.
func strip(stays []stay, cells int, coloured bool) string {
	begin := stays[0].from
	length := stays[len(stays)-1].to.Sub(begin)
	edge := func(i int) time.Time { return begin.Add(time.Duration(float64(length) * float64(i) / float64(cells))) }
	letters := make([]byte, cells)
	for i := range letters {
		from, to := edge(i), edge(i+1)
		for len(stays) > 1 && !stays[0].to.After(from) {
			stays = stays[1:]
		}
		letters[i] = cell(stays, from, to)
	}
	if !coloured {
		return string(letters)
	}
	return paint(letters)
}

// cell is the letter of the time from one to the other; the first stay is not over
// at the beginning.
func cell(stays []stay, from, to time.Time) byte {
	lengths := map[byte]time.Duration{}
	for _, s := range stays {
		if !s.from.Before(to) {
			break
		}
		overlap := earlier(s.to, to).Sub(later(s.from, from))
		switch s.state {
		case "ALARM":
			return cellAlarm
		case "OK":
			lengths[cellOK] += overlap
		default:
			lengths[cellInsufficient] += overlap
		}
	}
	if lengths[cellOK] >= lengths[cellInsufficient] {
		return cellOK
	}
	return cellInsufficient
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// paint puts each run of one letter on its colour; the letters stay, for those who
// do not tell the colours apart.
func paint(letters []byte) string {
	var b strings.Builder
	for i, l := range letters {
		if i == 0 || l != letters[i-1] {
			b.WriteString(map[byte]string{cellOK: green, cellAlarm: red, cellInsufficient: grey}[l])
		}
		b.WriteByte(l)
	}
	return b.String() + colours
}
