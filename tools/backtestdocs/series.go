package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// series is one file.
type series struct {
	rows    []row
	windows []stretch // in which the benchmark's authors saw something unusual
}

type row struct {
	at    time.Time
	value float64
}

// stretch is [from, to), or with the last row of a window in it.
type stretch struct{ from, to time.Time }

func (s *series) first() time.Time { return s.rows[0].at }
func (s *series) last() time.Time  { return s.rows[len(s.rows)-1].at }

// readSeries reads a file and its windows.
func readSeries(folder, name string) (*series, error) {
	f, err := os.Open(filepath.Join(folder, name+".csv"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	s := &series{}
	for i, r := range records[1:] {
		at, err := time.Parse(time.DateTime, r[0])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+2, err)
		}
		v, err := strconv.ParseFloat(r[1], 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+2, err)
		}
		s.rows = append(s.rows, row{at, v})
	}
	s.windows, err = readWindows(folder, name)
	return s, err
}

func readWindows(folder, name string) ([]stretch, error) {
	text, err := os.ReadFile(filepath.Join(folder, "combined_windows.json"))
	if err != nil {
		return nil, err
	}
	var all map[string][][2]string
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	var windows []stretch
	for _, w := range all[name+".csv"] {
		const layout = "2006-01-02 15:04:05.000000"
		from, err := time.Parse(layout, w[0])
		if err != nil {
			return nil, err
		}
		to, err := time.Parse(layout, w[1])
		if err != nil {
			return nil, err
		}
		windows = append(windows, stretch{from, to})
	}
	return windows, nil
}
