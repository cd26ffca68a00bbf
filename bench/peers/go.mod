module skywatch/bench/peers

go 1.26.0

require quamina.net/go/quamina v1.5.1

// The module proxy has it under the name of its repository.
replace quamina.net/go/quamina => github.com/timbray/quamina v1.5.1
