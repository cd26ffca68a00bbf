package topic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/webhook"
)

// Send carries a delivery to a subscriber beyond this house.
func (s *Service) Send(ctx context.Context, d targets.Delivery) error {
	var n note
	if err := json.Unmarshal([]byte(d.Context), &n); err != nil {
		return fmt.Errorf("read the delivery's note: %w", err)
	}
	id, err := ParseID(d.Tenant, d.Target)
	if err != nil {
		return err
	}
	if err := s.wants(id, &n); err != nil {
		return err
	}
	sub := Subscription{ID: id, Base: n.Base}
	if byMail(n.Protocol) {
		return s.sendMail(ctx, &d, &n, &sub)
	}
	return s.post(ctx, &d, &n, &sub)
}

// post carries a delivery to an http subscriber.
func (s *Service) post(ctx context.Context, d *targets.Delivery, n *note, sub *Subscription) (err error) {
	body := d.Message
	header := headers(n, d)
	if !n.Raw || n.Type != notification {
		if body, err = s.envelope(d, n, sub, n.SignatureVersion); err != nil {
			return err
		}
	} else {
		header["x-amz-sns-rawdelivery"] = []string{"true"}
	}
	a, err := s.HTTP.Post(ctx, n.Endpoint, header, []byte(body))
	if err != nil {
		return failure(err)
	}
	return judge(a)
}

// wants checks that the subscription still takes what was meant for it: it may
// have been removed since.
func (s *Service) wants(id ID, n *note) error {
	if n.Type == farewell {
		return nil
	}
	return s.Catalog.View(func(r catalog.Reader) error {
		sub, err := getSubscription(r, id)
		if err == nil && sub.Pending && n.Type == notification {
			err = fault.New(fault.Denied, "The subscription is not confirmed")
		}
		return err
	})
}

// headers are spelled in small letters, as SNS sends them.
func headers(n *note, d *targets.Delivery) http.Header {
	h := http.Header{
		"Content-Type":           {n.ContentType},
		"User-Agent":             {"Amazon Simple Notification Service Agent"},
		"x-amz-sns-message-type": {n.Type},
		"x-amz-sns-message-id":   {n.MessageID},
		"x-amz-sns-topic-arn":    {d.Cause},
	}
	if n.Type != confirmation {
		h["x-amz-sns-subscription-arn"] = []string{d.Target}
	}
	return h
}

func failure(err error) error {
	switch {
	case errors.Is(err, webhook.ErrEgress):
		return &targets.Failure{Code: targets.NoPermissions, Permanent: true, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &targets.Failure{Code: targets.Timeout, Err: err}
	default:
		return &targets.Failure{Code: targets.ServerError, Err: err}
	}
}

// judge: 2xx is success, 4xx but 429 permanent; the rest is tried again.
func judge(a webhook.Answer) error {
	err := fmt.Errorf("the endpoint answered %d", a.Status)
	switch {
	case a.Status/100 == 2:
		return nil
	case a.Status == http.StatusTooManyRequests:
		return &targets.Failure{Code: targets.Throttling, Err: err}
	case a.Status/100 == 4:
		return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: err}
	default:
		return &targets.Failure{Code: targets.ServerError, Err: err}
	}
}
