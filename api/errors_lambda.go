package api

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/api/wire"
	"skywatch/internal/fault"
)

// functionErrors are the rows of Lambda (API model).
var functionErrors = map[place]spelling{
	{functions, fault.Internal, ""}:               {"ServiceException", "ServiceException", "", http.StatusInternalServerError},
	{functions, fault.Unavailable, ""}:            {"ServiceException", "ServiceException", "", http.StatusInternalServerError},
	{functions, fault.InvalidValue, ""}:           {"InvalidParameterValueException", "InvalidParameterValueException", "", http.StatusBadRequest},
	{functions, fault.NotFound, ""}:               {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
	{functions, fault.NotFound, "provisioned"}:    {"ProvisionedConcurrencyConfigNotFoundException", "ProvisionedConcurrencyConfigNotFoundException", "", http.StatusNotFound},
	{functions, fault.Conflict, ""}:               {"ResourceConflictException", "ResourceConflictException", "", http.StatusConflict},
	{functions, fault.Conflict, "revision"}:       {"PreconditionFailedException", "PreconditionFailedException", "", http.StatusPreconditionFailed},
	{functions, fault.Conflict, "mapping"}:        {"ResourceInUseException", "ResourceInUseException", "", http.StatusBadRequest},
	{functions, fault.LimitExceeded, "policy"}:    {"PolicyLengthExceededException", "PolicyLengthExceededException", "", http.StatusBadRequest},
	{functions, fault.LimitExceeded, "recursion"}: {"RecursiveInvocationException", "RecursiveInvocationException", "", http.StatusBadRequest},
	{functions, fault.TooLarge, ""}:               {"RequestTooLargeException", "RequestTooLargeException", "", http.StatusRequestEntityTooLarge},
	{functions, fault.Throttled, ""}:              {"TooManyRequestsException", "TooManyRequestsException", "", http.StatusTooManyRequests},
	{functions, fault.Malformed, "payload"}:       {"InvalidRequestContentException", "InvalidRequestContentException", "", http.StatusBadRequest},
	// What the REST-JSON services answer to a path that they do not have.
	{functions, fault.UnknownOperation, ""}: {"UnknownOperationException", "UnknownOperationException", coralService, http.StatusNotFound},
}

// lambdaCapital are the shapes of Lambda whose model says Message.
var lambdaCapital = map[string]bool{"ServiceException": true, "ResourceNotFoundException": true, "ResourceInUseException": true, "RecursiveInvocationException": true}

// lambdaError adds what Lambda's errors say beside the message: whose fault it
// is and, of a throttle, which limit was reached.
func lambdaError(e *wire.Error, f *fault.Error, shape string) {
	if lambdaCapital[shape] {
		e.MessageKey = "Message"
	}
	who := "User"
	if !e.Sender {
		who = "Service" // (inferred)
	}
	details := &types.TooManyRequestsException{Type: &who}
	if f.Kind == fault.Throttled {
		details.Reason = types.ThrottleReasonCallerRateLimitExceeded
		if f.Subject == "invocation" {
			details.Reason = types.ThrottleReason(f.Param)
		}
	}
	e.Details, e.Schema = details, schemas.TooManyRequestsException // the only one with more than a Type
}
