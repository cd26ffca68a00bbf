package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"skywatch/server"
)

// namespace is where the series are imported to.
const namespace = "NAB"

// result is what an alarm would have done on a series.
type result struct {
	choice
	*series
	// evaluations is how many there were; those before exact rest on periods of 5
	// minutes that lie on the clock's.
	evaluations int
	exact       time.Time // zero: all of them are
	firings     []stretch // in which the alarm was in ALARM
}

// tryAll tries every choice on its series.
func tryAll(ctx context.Context, folder string) (results []result, err error) {
	houses := houses{}
	defer func() {
		for _, h := range houses {
			if e := h.close(); err == nil {
				err = e
			}
		}
	}()
	for _, c := range choices() {
		s, err := readSeries(folder, c.file)
		if err != nil {
			return nil, err
		}
		h, err := houses.at(s.last().Truncate(afterwards).Add(afterwards))
		if err != nil {
			return nil, err
		}
		r := result{choice: c, series: s}
		if err := h.try(ctx, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", c.file, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// afterwards is how soon after its last datum a series is looked at, at most: few
// clocks do for all of them.
const afterwards = 3 * time.Hour

// houses are servers by the time at which their clock stands.
type houses map[time.Time]*house

// house is a server whose clock stands where a series ends, so that its data are
// as old as they were then.
type house struct {
	server *server.Server
	folder string
}

func (all houses) at(now time.Time) (*house, error) {
	if h, ok := all[now]; ok {
		return h, nil
	}
	folder, err := os.MkdirTemp("", "backtestdocs")
	if err != nil {
		return nil, err
	}
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir, cfg.Clock, cfg.ClockStart = "127.0.0.1:0", folder, "manual", now
	h := &house{folder: folder}
	if h.server, err = server.New(cfg, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	all[now] = h
	return h, h.server.Start()
}

func (h *house) close() error {
	err := h.server.Stop()
	if e := os.RemoveAll(h.folder); err == nil {
		err = e
	}
	return err
}

// try imports the series and tries the alarm on all of it.
func (h *house) try(ctx context.Context, r *result) error {
	if err := h.load(ctx, r.file, r.rows); err != nil {
		return err
	}
	comparison := "GreaterThanThreshold"
	if r.below {
		comparison = "LessThanThreshold"
	}
	request := map[string]any{
		"StartTime": r.first(), "EndTime": r.last().Add(5 * time.Minute), "OnlyTransitions": true,
		"Alarm": map[string]any{
			"AlarmName": r.file, "Namespace": namespace, "MetricName": r.file, "Statistic": "Average", "Period": 300,
			"EvaluationPeriods": r.n, "DatapointsToAlarm": r.m, "Threshold": r.threshold, "ComparisonOperator": comparison,
		},
	}
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	var answer struct {
		Transitions []struct {
			Timestamp time.Time
			State     string
		}
		Count     int
		ExactFrom time.Time
	}
	if err := h.post(ctx, "alarms/backtest", body, &answer); err != nil {
		return err
	}
	r.evaluations, r.exact = answer.Count, answer.ExactFrom
	var since time.Time
	for _, t := range answer.Transitions {
		if !since.IsZero() {
			r.firings = append(r.firings, stretch{since, t.Timestamp})
			since = time.Time{}
		}
		if t.State == "ALARM" {
			since = t.Timestamp
		}
	}
	if !since.IsZero() {
		r.firings = append(r.firings, stretch{since, r.last().Add(5 * time.Minute)})
	}
	return nil
}

// load imports rows as a metric.
func (h *house) load(ctx context.Context, name string, rows []row) error {
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	for _, r := range rows {
		if err := enc.Encode(map[string]any{"Namespace": namespace, "MetricName": name, "Timestamp": r.at, "Value": r.value}); err != nil {
			return err
		}
	}
	return h.post(ctx, "import", lines.Bytes(), &struct{}{})
}

func (h *house) post(ctx context.Context, path string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.server.URL()+"/skywatch/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := h.server.Client().Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", path, resp.Status, answer)
	}
	return json.Unmarshal(answer, out)
}
