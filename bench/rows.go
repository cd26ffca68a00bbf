package main

import (
	"context"
	"fmt"
	"strings"
)

// row is a group of figures that are measured together.
type row struct {
	name    string
	measure func(context.Context, *bench) ([]figure, error)
}

// rows are in the order in which they are run and printed.
func rows() []row {
	return []row{
		{"decode", measureDecode},
		{"append", measureAppend},
		{"write", measureWrite},
		{"query", measureQuery},
		{"language", measureLanguage},
		{"disk", measureDisk},
		{"start", measureStart},
		{"restart", measureRestart},
		{"idle", measureIdle},
		{"alarm", measureAlarm},
		{"crowd", measureCrowd},
		{"storm", measureStorm},
		{"match", measureMatch},
		{"rules", measureRules},
		{"events", measureEvents},
		{"deliveries", measureDeliveries},
		{"dead", measureDead},
		{"topics", measureTopics},
		{"functions", measureFunctions},
	}
}

func rowNames() (names []string) {
	for _, r := range rows() {
		names = append(names, r.name)
	}
	return names
}

// choose returns the rows that a comma-separated list names, all when it is
// empty.
func choose(only string) ([]row, error) {
	if only == "" {
		return rows(), nil
	}
	var chosen []row
	for name := range strings.SplitSeq(only, ",") {
		found := false
		for _, r := range rows() {
			if r.name == name {
				chosen, found = append(chosen, r), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no row %q; the rows are %s", name, strings.Join(rowNames(), ", "))
		}
	}
	return chosen, nil
}
