package server

import (
	"context"
	"fmt"
	"time"

	"skywatch/internal/arn"
	"skywatch/metric"
	"skywatch/targets/function"
	"skywatch/targets/queue"
)

// functionQueues are the queues as event source mappings know them.
type functionQueues struct{ q *queue.Service }

func queueNamed(text string) (queue.Name, error) {
	a, err := arn.Parse(text)
	return queue.Name{Tenant: metric.Tenant{Account: a.Account, Region: a.Region}, Queue: a.Resource}, err
}

// Visibility implements function.Queues.
func (f functionQueues) Visibility(text string) (time.Duration, error) {
	n, err := queueNamed(text)
	if err != nil {
		return 0, err
	}
	all, err := f.q.Attributes(n, []string{"VisibilityTimeout"})
	if err != nil {
		return 0, err
	}
	return time.ParseDuration(all["VisibilityTimeout"] + "s")
}

// Receive implements function.Queues.
func (f functionQueues) Receive(ctx context.Context, text string, r function.Receive) ([]function.Message, error) {
	n, err := queueNamed(text)
	if err != nil {
		return nil, err
	}
	got, err := f.q.Receive(ctx, n, queue.Receive{Max: r.Most, Bytes: r.Bytes, Wait: &r.Wait, Visibility: &r.Hide, Rests: r.Rests})
	all := make([]function.Message, len(got))
	for i := range got {
		m := &got[i]
		all[i] = function.Message{
			ID: m.MessageID, Receipt: m.Receipt, Body: m.Body, BodyMD5: m.BodyMD5, AttributesMD5: m.AttributesMD5,
			System: m.SystemAttributes(), Attributes: m.Attributes,
		}
	}
	return all, err
}

// Delete implements function.Queues.
func (f functionQueues) Delete(ctx context.Context, text string, receipts []string) error {
	return f.each(text, receipts, func(n queue.Name, entries []queue.ReceiptEntry) ([]queue.Result, error) {
		return f.q.DeleteBatch(ctx, n, entries)
	})
}

// Show implements function.Queues.
func (f functionQueues) Show(ctx context.Context, text string, receipts []string) error {
	return f.each(text, receipts, func(n queue.Name, entries []queue.ReceiptEntry) ([]queue.Result, error) {
		return f.q.ChangeVisibilityBatch(ctx, n, entries)
	})
}

// each works receipts in batches, whose entries have a time-out of zero.
func (f functionQueues) each(text string, receipts []string, work func(queue.Name, []queue.ReceiptEntry) ([]queue.Result, error)) error {
	n, err := queueNamed(text)
	if err != nil {
		return err
	}
	const most = 10
	for len(receipts) > 0 {
		part := receipts[:min(most, len(receipts))]
		receipts = receipts[len(part):]
		entries := make([]queue.ReceiptEntry, len(part))
		for i, r := range part {
			entries[i] = queue.ReceiptEntry{ID: fmt.Sprint(i), Receipt: r}
		}
		results, err := work(n, entries)
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Err != nil {
				return r.Err
			}
		}
	}
	return nil
}
