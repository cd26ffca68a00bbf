package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// The picture's measures.
const (
	pictureWidth, pictureHeight = 860, 190
	left, right                 = 64, 10 // of the field in which the series is drawn
	top, bottom                 = 30, 34
	field                       = pictureWidth - left - right
	floor                       = pictureHeight - bottom
)

// draw makes the picture of a series: its values, the threshold, when the alarm
// would have been in ALARM, and the windows that are labelled in the benchmark.
func draw(r result) []byte {
	p := pen{result: r, begin: r.first(), end: r.last().Add(5 * time.Minute)}
	p.low, p.high = math.Min(0, r.threshold), r.threshold
	for _, v := range r.rows {
		p.low, p.high = math.Min(p.low, v.value), math.Max(p.high, v.value)
	}
	p.high += (p.high - p.low) * 0.05
	p.print(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %d" font-family="sans-serif" font-size="11">`+"\n", pictureWidth, pictureHeight, pictureHeight)
	p.print(`<rect width="100%%" height="100%%" fill="#fff"/>` + "\n")
	p.title()
	p.axes()
	for _, w := range r.windows {
		p.print(`<rect x="%.1f" y="%d" width="%.1f" height="6" fill="#f0b000"/>`+"\n", p.x(w.from), floor+2, p.x(w.to)-p.x(w.from))
	}
	for _, f := range r.firings {
		p.print(`<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="#e02020" fill-opacity=".28"/>`+"\n", p.x(f.from), top, math.Max(p.x(f.to)-p.x(f.from), 1.5), floor-top)
	}
	p.line()
	p.print(`<path d="M%d %.1fH%d" stroke="#c00000" stroke-dasharray="5 3"/>`+"\n", left, p.y(r.threshold), left+field)
	p.print("</svg>\n")
	return p.Bytes()
}

// pen draws one picture.
type pen struct {
	bytes.Buffer
	result
	begin, end time.Time
	low, high  float64
}

func (p *pen) print(format string, args ...any) { fmt.Fprintf(p, format, args...) }

func (p *pen) x(t time.Time) float64 {
	return left + field*t.Sub(p.begin).Seconds()/p.end.Sub(p.begin).Seconds()
}

func (p *pen) y(v float64) float64 { return floor - (floor-top)*(v-p.low)/(p.high-p.low) }

func (p *pen) title() {
	times := fmt.Sprintf("fired %d times", len(p.firings))
	switch len(p.firings) {
	case 0:
		times = "never fired"
	case 1:
		times = "fired once"
	}
	p.print(`<text x="%d" y="18"><tspan font-weight="bold">%s</tspan> (%s): ALARM if %s; %s</text>`+"\n", left, p.file, html.EscapeString(p.what), html.EscapeString(p.alarm()), times)
}

// axes writes the values at the edges and at the threshold, and the days.
func (p *pen) axes() {
	p.print(`<path d="M%d %dV%dH%d" fill="none" stroke="#888"/>`+"\n", left, top, floor, left+field)
	p.print(`<g text-anchor="end" fill="#444">`)
	if p.y(p.threshold) < floor-14 {
		p.print(`<text x="%d" y="%d">%s</text>`, left-5, floor, p.unit.write(p.low))
	}
	if p.y(p.threshold) > top+18 {
		p.print(`<text x="%d" y="%d">%s</text>`, left-5, top+8, p.unit.write(math.Round(p.high/p.grain())*p.grain()))
	}
	p.print(`<text x="%d" y="%.1f" fill="#c00000">%s</text></g>`+"\n", left-5, p.y(p.threshold)+4, p.unit.write(p.threshold))
	p.print(`<g text-anchor="middle" fill="#444">`)
	days := int(p.end.Sub(p.begin).Hours() / 24)
	for day := p.begin.Truncate(24 * time.Hour).Add(24 * time.Hour); day.Before(p.end); day = day.Add(24 * time.Hour) {
		p.print(`<path d="M%.1f %dv4" stroke="#888"/>`, p.x(day), floor)
		if (days < 8 || day.Day()%2 == 0) && p.x(day) < left+field-18 {
			p.print(`<text x="%.1f" y="%d">%s</text>`, p.x(day), floor+20, day.Format("2 Jan"))
		}
	}
	p.print("</g>\n")
}

// grain is what values at the edge are rounded to: their second digit.
func (p *pen) grain() float64 { return math.Pow(10, math.Floor(math.Log10(p.high))-1) }

// line draws the values. Of those in one column of the picture only the first, the
// least, the greatest and the last show.
func (p *pen) line() {
	var d strings.Builder
	for i := 0; i < len(p.rows); {
		x := math.Floor(p.x(p.rows[i].at))
		j, low, high := i, i, i
		for ; j < len(p.rows) && math.Floor(p.x(p.rows[j].at)) == x; j++ {
			if p.rows[j].value < p.rows[low].value {
				low = j
			}
			if p.rows[j].value > p.rows[high].value {
				high = j
			}
		}
		for k, at := range []int{i, min(low, high), max(low, high), j - 1} {
			command := "L"
			if k == 0 && (i == 0 || p.rows[i].at.Sub(p.rows[i-1].at) > 15*time.Minute) {
				command = "M"
			}
			if k == 0 || at > i && at < j-1 || k == 3 && at > i {
				fmt.Fprintf(&d, "%s%.1f %.1f", command, p.x(p.rows[at].at), p.y(p.rows[at].value))
			}
		}
		i = j
	}
	p.print(`<path d="%s" fill="none" stroke="#2060b0" stroke-width="1"/>`+"\n", d.String())
}
