package tally

import (
	"skywatch/catalog"
	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/topic"
)

// Namespace is where SNS's metrics are.
const Namespace = "AWS/SNS"

// Figures by their index.
const (
	published = iota
	publishSize
	delivered
	failed
	filtered
	filteredByAttributes
	filteredNoAttributes
	filteredInvalidAttributes
	filteredByBody
	filteredInvalidBody
	redriven
	notRedriven
	numFigures
)

// Figures lists the metrics of a topic. Names, units and the dimension are those
// of "Monitoring Amazon SNS topics using CloudWatch" (developer guide).
func Figures() []gather.Figure {
	count := func(name, means string) gather.Figure {
		return gather.Figure{Name: name, Unit: metric.Count, Means: means}
	}
	const rejected = "NumberOfNotificationsFilteredOut"
	all := [numFigures]gather.Figure{
		published:                 count("NumberOfMessagesPublished", "messages that the topic took, also those that a FIFO topic knows already"),
		publishSize:               {Name: "PublishSize", Unit: metric.Bytes, Spread: true, Means: "size of the messages, with their attributes"},
		delivered:                 count("NumberOfNotificationsDelivered", "messages that a subscriber took"),
		failed:                    count("NumberOfNotificationsFailed", "messages given up; for http and https endpoints every attempt that failed"),
		filtered:                  count(rejected, "messages that a subscription's filter policy rejected, for whatever reason"),
		filteredByAttributes:      count(rejected+"-MessageAttributes", "of them, those rejected by a policy on attributes"),
		filteredNoAttributes:      count(rejected+"-NoMessageAttributes", "of these, those without any attribute"),
		filteredInvalidAttributes: count(rejected+"-InvalidAttributes", "of these, those with an attribute that is not what its type says: a `String.Array` that is no JSON"),
		filteredByBody:            count(rejected+"-MessageBody", "of those rejected, by a policy on the body"),
		filteredInvalidBody:       count(rejected+"-InvalidMessageBody", "of these, those whose body is no JSON object"),
		redriven:                  count("NumberOfNotificationsRedrivenToDlq", "messages given up that went to the subscription's dead-letter queue"),
		notRedriven:               count("NumberOfNotificationsFailedToRedriveToDlq", "messages given up that the dead-letter queue did not take"),
	}
	return all[:]
}

// rejections are what a rejection counts in beside filtered. A metric includes
// those whose name goes on further (inferred: "rejected by subscription filter
// policies for attribute-based filtering").
func rejections(why topic.Rejection) []int {
	switch why {
	case topic.NoAttributes:
		return []int{filteredByAttributes, filteredNoAttributes}
	case topic.InvalidAttributes:
		return []int{filteredByAttributes, filteredInvalidAttributes}
	case topic.ByBody:
		return []int{filteredByBody}
	case topic.InvalidBody:
		return []int{filteredByBody, filteredInvalidBody}
	default:
		return []int{filteredByAttributes}
	}
}

// Options are what a Tally works with.
type Options = gather.Options

// Tally counts. It is safe for concurrent use. A place is a topic.
type Tally struct{ *gather.Sums[topic.Name] }

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	return &Tally{gather.NewSums(o, gather.Layout[topic.Name]{
		Of: "topics", Namespace: Namespace, Figures: Figures(), SeriesOf: seriesOf,
	})}
}

func seriesOf(n topic.Name) func(int) []gather.Series {
	s := gather.Series{Tenant: n.Tenant, Dimensions: [2]metric.Dimension{{Name: "TopicName", Value: n.Topic}}}
	return func(int) []gather.Series { return []gather.Series{s} }
}

// Published hears of a message that a topic took (topic.Options.Observe).
func (t *Tally) Published(p topic.Publication) {
	t.At(p.Name, p.At, func(c *gather.Cell) {
		c.Add(published, 1)
		c.Add(publishSize, float64(p.Size))
		for _, why := range p.Rejected {
			c.Add(filtered, 1)
			for _, f := range rejections(why) {
				c.Add(f, 1)
			}
		}
	})
}

// Attempted hears of an attempt (targets.Options.Attempted).
func (t *Tally) Attempted(d *targets.Delivery, f *targets.Failure) {
	if f == nil || len(d.Tried) == 0 {
		return
	}
	if n, overHTTP, ok := topic.NotificationOf(d); ok && overHTTP {
		t.At(n, d.Tried[len(d.Tried)-1].At, func(c *gather.Cell) { c.Add(failed, 1) })
	}
}

// Ended hears how a delivery ended (targets.Options.Outcomes).
func (t *Tally) Ended(tx *catalog.Tx, o targets.Outcome) error {
	n, overHTTP, ok := topic.NotificationOf(&o.Delivery)
	if !ok {
		return nil
	}
	tx.After(func() {
		t.At(n, o.At, func(c *gather.Cell) {
			switch {
			case o.Err == "":
				c.Add(delivered, 1)
			case !overHTTP:
				c.Add(failed, 1)
			}
			if o.Buried {
				c.Add(redriven, 1)
			}
			if o.LetterErr != "" {
				c.Add(notRedriven, 1)
			}
		})
	})
	return nil
}
