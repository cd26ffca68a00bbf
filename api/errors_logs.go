package api

import (
	"net/http"

	"skywatch/internal/fault"
	"skywatch/logs"
)

// logErrors are the rows of CloudWatch Logs (API model), which calls what the
// model's constraints refuse an invalid parameter too.
var logErrors = map[place]spelling{
	{logging, fault.Validation, ""}:                  {"InvalidParameterException", "InvalidParameterException", "", http.StatusBadRequest},
	{logging, fault.InvalidValue, ""}:                {"InvalidParameterException", "InvalidParameterException", "", http.StatusBadRequest},
	{logging, fault.NotFound, ""}:                    {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusBadRequest},
	{logging, fault.Conflict, ""}:                    {"ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "", http.StatusBadRequest},
	{logging, fault.LimitExceeded, ""}:               {"LimitExceededException", "LimitExceededException", "", http.StatusBadRequest},
	{logging, fault.LimitExceeded, logs.TooManyTags}: {"TooManyTagsException", "TooManyTagsException", "", http.StatusBadRequest},
	{logging, fault.Unavailable, ""}:                 {"ServiceUnavailableException", "ServiceUnavailableException", "", http.StatusServiceUnavailable},
}
