package driver

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"skywatch/targets/webhook"
)

// Call calls a driver behind a URL and returns the body of its answer. Status
// 200 is success; what was not let out, and what the driver refused, has not
// been done; all else may have been.
func Call(ctx context.Context, client *webhook.Client, r webhook.Request) ([]byte, error) {
	r.MaxAnswer = MaxAnswer
	got, err := client.Do(ctx, r)
	switch {
	case errors.Is(err, webhook.ErrEgress):
		return nil, fmt.Errorf("call the driver: %w", err)
	case err != nil:
		return nil, Unknown(fmt.Errorf("call the driver: %w", err))
	case got.Status >= http.StatusInternalServerError:
		return nil, Unknown(fmt.Errorf("the driver answered with status %d", got.Status))
	case got.Status != http.StatusOK:
		return nil, fmt.Errorf("the driver answered with status %d: %.100s", got.Status, got.Body)
	}
	return got.Body, nil
}
