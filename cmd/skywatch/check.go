package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"skywatch/server"
)

type checkCmd struct {
	DataDir string `help:"Data directory to read; no server may have it open." placeholder:"DIR" required:"" env:"-" config:"-"`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// Help implements kong.HelpProvider.
func (*checkCmd) Help() string {
	return `It reads everything and changes nothing: formats, the checksum of every block, every record of the logs, every chunk and series, the records of the catalog, the journal against its counters, packages of functions against their hashes. It ends with 0 if all is well, with 3 if something is damaged, which it names with its file, and its offset where that is known, and with 1 if it could not look.`
}

// exitDamaged is the exit code where something is damaged.
const exitDamaged = 3

// damagedError ends a check that found damage.
type damagedError struct{ places int }

func (e damagedError) Error() string { return fmt.Sprintf("check: %d damaged", e.places) }

// ExitCode implements coded.
func (damagedError) ExitCode() int { return exitDamaged }

// Run checks the directory.
func (c *checkCmd) Run(ctx context.Context, s streams) error {
	r, err := server.CheckData(ctx, c.DataDir)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if c.JSON {
		err = printJSON(s.out, r)
	} else {
		err = tellChecked(s.out, r)
	}
	if err == nil && len(r.Damage) > 0 {
		err = damagedError{len(r.Damage)}
	}
	return err
}

func tellChecked(out io.Writer, r server.Checked) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, d := range r.Damage {
		_, _ = fmt.Fprintf(w, "DAMAGED  %v\n", &d)
	}
	records, bytes := 0, int64(0)
	for _, t := range r.Catalog {
		records, bytes = records+t.Records, bytes+t.Bytes
	}
	_, _ = fmt.Fprintf(w, "time series\t%d series, %d records in the log that are not in chunks yet, %d bytes of log\n", r.TimeSeries.Series, r.TimeSeries.LogRecords, r.TimeSeries.LogBytes)
	_, _ = fmt.Fprintf(w, "catalog\t%d records in %d tables, %d bytes\n", records, len(r.Catalog), bytes)
	_, _ = fmt.Fprintf(w, "journal\t%d records in %d logs, %d bytes\n", r.Journal.Records, r.Journal.Logs, r.Journal.Bytes)
	_, _ = fmt.Fprintf(w, "functions\t%d packages\n", r.Packages)
	if len(r.TimeSeries.Use) > 0 {
		_, _ = fmt.Fprintln(w, "\nNAMESPACE\tTIER\tCHUNKS\tDATA\tBYTES BEFORE COMPRESSION")
	}
	for _, namespace := range slices.Sorted(maps.Keys(r.TimeSeries.Use)) {
		tiers := r.TimeSeries.Use[namespace]
		for _, tier := range slices.Sorted(maps.Keys(tiers)) {
			u := tiers[tier]
			_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\n", namespace, tier, u.Chunks, u.Points, u.Bytes)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(r.Damage) == 0 {
		_, err := fmt.Fprintln(out, "\nNothing is damaged.")
		return err
	}
	return nil
}
