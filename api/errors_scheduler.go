package api

import (
	"net/http"

	"skywatch/internal/fault"
)

// scheduleErrors are the rows of EventBridge Scheduler (API model).
var scheduleErrors = map[place]spelling{
	{scheduling, fault.Internal, ""}:      {"InternalServerException", "InternalServerException", "", http.StatusInternalServerError},
	{scheduling, fault.Validation, ""}:    {"ValidationException", "ValidationException", "", http.StatusBadRequest},
	{scheduling, fault.NotFound, ""}:      {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusNotFound},
	{scheduling, fault.Conflict, ""}:      {"ConflictException", "ConflictException", "", http.StatusConflict},
	{scheduling, fault.LimitExceeded, ""}: {"ServiceQuotaExceededException", "ServiceQuotaExceededException", "", http.StatusPaymentRequired},
	{scheduling, fault.Throttled, ""}:     {"ThrottlingException", "ThrottlingException", "", http.StatusTooManyRequests},
	// What the REST-JSON services answer to a path that they do not have.
	{scheduling, fault.UnknownOperation, ""}: {"UnknownOperationException", "UnknownOperationException", coralService, http.StatusNotFound},
}
