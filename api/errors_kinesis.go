package api

import (
	"net/http"

	"skywatch/internal/fault"
	"skywatch/streams"
)

// streamErrors are the rows of Kinesis Data Streams (API model), all of whose
// errors have status 400 but its own.
var streamErrors = map[place]spelling{
	{streaming, fault.Validation, ""}:                        {"ValidationException", "ValidationException", "", http.StatusBadRequest},
	{streaming, fault.InvalidValue, ""}:                      {"InvalidArgumentException", "InvalidArgumentException", "", http.StatusBadRequest},
	{streaming, fault.NotFound, ""}:                          {"ResourceNotFoundException", "ResourceNotFoundException", "", http.StatusBadRequest},
	{streaming, fault.Conflict, ""}:                          {"ResourceInUseException", "ResourceInUseException", "", http.StatusBadRequest},
	{streaming, fault.LimitExceeded, ""}:                     {"LimitExceededException", "LimitExceededException", "", http.StatusBadRequest},
	{streaming, fault.InvalidToken, ""}:                      {"ExpiredNextTokenException", "ExpiredNextTokenException", "", http.StatusBadRequest},
	{streaming, fault.InvalidToken, streams.ExpiredIterator}: {"ExpiredIteratorException", "ExpiredIteratorException", "", http.StatusBadRequest},
}
