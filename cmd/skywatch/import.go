package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

type importCmd struct {
	connection    `embed:""`
	importOptions `embed:""`

	Files   []string `arg:"" name:"file" help:"CSV or JSON lines, gzipped or not; - is standard input."`
	SkipBad int      `help:"Leave out up to N bad lines and name them, instead of stopping at the first one." placeholder:"N"`
	Batch   int      `help:"Rows sent at once, at most 10000: a batch is taken whole or not at all." default:"1000" placeholder:"N"`
	State   string   `help:"File that keeps how far the import is. Empty: the first FILE's name with .skywatch-import behind it; standard input has none." placeholder:"FILE"`
	Restart bool     `help:"Forget the state that an earlier run left and begin anew."`
	Quiet   bool     `help:"Print errors only." short:"q"`
}

// Help implements kong.HelpProvider.
func (*importCmd) Help() string {
	return `CSV has a header line; a JSON line is a MetricDatum of PutMetricData, with its Namespace in it and the Dimensions as an object or a list.
Times are RFC 3339, "2006-01-02 15:04:05" (UTC), or seconds or milliseconds since 1970. They may be up to 455 days old; --shift and --shift-to move older ones.

An import that stopped goes on behind the last batch that the server acknowledged when the same command is run again. Lines behind that may be changed before (to repair a bad one), lines before it may not. One batch can be in doubt: if a run died, or lost its connection, after it sent a batch and before the answer came, the next run sends that batch again. Within 15 minutes and with the same --batch the server knows it again; later its rows may be counted twice. The next run says so.`
}

// Run imports the files, one after the other.
func (c *importCmd) Run(ctx context.Context, s streams) error {
	if err := c.validate(); err != nil {
		return err
	}
	to, err := c.dial(ctx)
	if err != nil {
		return err
	}
	im := &importing{cmd: c, client: to, out: s, started: time.Now(), badLeft: c.SkipBad}
	if err := im.open(); err != nil {
		return err
	}
	return im.close(im.all(ctx))
}

// importing is an import under way.
type importing struct {
	cmd     *importCmd
	client  *client
	out     streams
	started time.Time
	shift   time.Duration
	badLeft int // bad lines that may still be left out
	state   *importState
	bar     *progress
}

// open finds where to begin: anew, or where an earlier run stopped.
func (im *importing) open() (err error) {
	if im.state, err = im.cmd.openState(im.out.err); err != nil {
		return err
	}
	if im.state.began {
		im.shift = time.Duration(im.state.Shift)
	} else if im.shift, err = im.findShift(); err != nil {
		return err
	}
	im.state.Shift = span(im.shift)
	im.bar = newProgress(im.out.err, im.cmd.Quiet, im.cmd.totalBytes())
	return nil
}

func (im *importing) all(ctx context.Context) error {
	for i := range im.state.Files {
		if err := im.file(ctx, &im.state.Files[i]); err != nil {
			return err
		}
	}
	return nil
}

// file imports one file from where its state says.
func (im *importing) file(ctx context.Context, at *fileState) error {
	in, err := im.openInput(at.Name)
	if err != nil {
		return err
	}
	defer in.close()
	if err := in.skipTo(at); err != nil {
		return err
	}
	im.bar.skipped(in.readBytes())
	for last := false; !last; {
		var b batch
		if last, err = im.fill(&b, in); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return errors.New("interrupted")
		}
		if err := im.send(ctx, &b, at); err != nil {
			return err
		}
		if err := im.state.acknowledge(at, in, len(b.lines)); err != nil {
			return err
		}
		im.bar.add(len(b.lines), in.readBytes())
	}
	im.bar.endFile(in.readBytes())
	return nil
}

// fill reads the next batch and reports whether it is the last one.
func (im *importing) fill(b *batch, in *input) (last bool, err error) {
	for len(b.lines) < im.cmd.Batch && len(b.body) < maxBatchBytes {
		line, d, err := in.next()
		if err == nil {
			err = b.add(line, d)
		}
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			if err := im.leaveOut(in.name, err); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// leaveOut accounts for a bad line of a file, or returns the error that the
// import stops with.
func (im *importing) leaveOut(file string, err error) error {
	var bad *lineError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", file, err)
	}
	if im.badLeft == 0 {
		return fmt.Errorf("%s:%d: %w", file, bad.line, bad.err)
	}
	im.badLeft--
	im.state.Skipped++
	im.bar.say("left out %s:%d: %v", file, bad.line, bad.err)
	return nil
}

// close tells what came of the import; a state is kept only where there is
// something to go on with.
func (im *importing) close(err error) error {
	im.bar.clear()
	if err != nil {
		return im.state.keep(err)
	}
	if err := im.state.remove(); err != nil {
		return err
	}
	if im.cmd.Quiet {
		return nil
	}
	took := time.Since(im.started)
	text := fmt.Sprintf("Imported %d rows in %s (%.0f rows/s).", im.bar.rows, took.Round(time.Millisecond), float64(im.bar.rows)/took.Seconds())
	if im.state.began {
		text += fmt.Sprintf(" With the runs before: %d rows.", im.state.rows())
	}
	if im.state.Skipped > 0 {
		text += fmt.Sprintf(" %d bad lines left out.", im.state.Skipped)
	}
	_, err = fmt.Fprintln(im.out.out, text)
	return err
}
