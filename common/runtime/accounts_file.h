// accounts.toml: who may connect, what each may append, and who may move the log's floor. People
// may edit it; the services read it when they start.
#pragma once

#include <string>
#include <vector>

#include "common/domain/result.h"
#include "common/runtime/data_folder.h"

namespace doorstep::runtime {

// invalid: names the account and what is wrong with it.
[[nodiscard]] Result<std::vector<Account>> parse_accounts(const std::string& text);
[[nodiscard]] std::string accounts_text(const std::vector<Account>& accounts);

// The accounts that every installation has, with their rights and without keys.
[[nodiscard]] std::vector<Account> standard_accounts();

}  // namespace doorstep::runtime
