// A small C++17 face over defacto.h: handles that free themselves, statuses
// that become exceptions. Copy it and change it as you like.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "defacto.h"

namespace defacto {

// Frees a handle with the function made for its type.
template <auto function>
struct Free {
    template <class Handle>
    void operator()(Handle *handle) const noexcept { function(handle); }
};

// What a call throws.
class Error : public std::runtime_error {
public:
    Error(defacto_status status, const std::string &message)
        : std::runtime_error(message), status_(status) {}

    defacto_status status() const noexcept { return status_; }

    // A change was sent and its answer was lost: look before you repeat it.
    bool is_outcome_unknown() const noexcept { return status_ == DEFACTO_STATUS_OUTCOME_UNKNOWN; }

private:
    defacto_status status_;
};

// Throws what a call failed with. Takes the error handle.
inline void check(defacto_status status, defacto_error *raw = nullptr)
{
    if (status == DEFACTO_STATUS_OK)
        return;
    std::unique_ptr<defacto_error, Free<defacto_error_free>> error(raw);
    std::string message = error ? defacto_error_message(error.get()) : "";
    throw Error(status, message.empty() ? "status " + std::to_string(status) : message);
}

// A JSON value; members are named by JSON pointers, such as "/loan_to".
class Value {
public:
    Value() : handle_(defacto_value_new()) {}
    explicit Value(defacto_value *handle) noexcept : handle_(handle) {}

    const defacto_value *get() const noexcept { return handle_.get(); }

    Value &set(const char *pointer, std::string_view text)
    {
        check(defacto_value_set_text(handle_.get(), pointer, text.data(), text.size()));
        return *this;
    }
    // A literal would rather become a bool than a string_view.
    Value &set(const char *pointer, const char *text) { return set(pointer, std::string_view(text)); }
    Value &set(const char *pointer, std::int64_t number)
    {
        check(defacto_value_set_i64(handle_.get(), pointer, number));
        return *this;
    }
    Value &set(const char *pointer, bool truth)
    {
        check(defacto_value_set_bool(handle_.get(), pointer, truth));
        return *this;
    }
    Value &set(const char *pointer, const Value &from, const char *from_pointer = "")
    {
        check(defacto_value_set_value(handle_.get(), pointer, from.get(), from_pointer));
        return *this;
    }

    // A text, or a number's exact decimal text; "" where there is none.
    std::string text(const std::string &pointer) const
    {
        const char *text = nullptr;
        std::size_t length = 0;
        const auto status = defacto_value_get_text(handle_.get(), pointer.c_str(), &text, &length);
        if (status == DEFACTO_STATUS_ABSENT)
            return {};
        check(status);
        return {text, length};
    }

    // An amount; nothing where there is none.
    std::optional<std::int64_t> cents(const std::string &pointer) const
    {
        std::int64_t cents = 0;
        const auto status = defacto_value_get_i64(handle_.get(), pointer.c_str(), &cents);
        if (status == DEFACTO_STATUS_ABSENT)
            return std::nullopt;
        check(status);
        return cents;
    }

    std::size_t count(const char *pointer) const
    {
        std::size_t count = 0;
        check(defacto_value_count(handle_.get(), pointer, &count));
        return count;
    }

private:
    std::unique_ptr<defacto_value, Free<defacto_value_free>> handle_;
};

// A list, page by page.
class Pages {
public:
    explicit Pages(defacto_pages *handle) noexcept : handle_(handle) {}

    // The next page; nothing after the last.
    std::optional<Value> next()
    {
        defacto_value *page = nullptr;
        defacto_error *error = nullptr;
        const auto status = defacto_pages_next(handle_.get(), &page, &error);
        if (status == DEFACTO_STATUS_END)
            return std::nullopt;
        check(status, error);
        return Value(page);
    }

private:
    std::unique_ptr<defacto_pages, Free<defacto_pages_free>> handle_;
};

// A client. Calls an operation with the function of its name and with the
// arguments of that function, less what is the same for all of them:
//
//     defacto::Value loan = client.call(defacto_loans_get, id);
//     defacto::Pages loans = client.list(defacto_loans_list, query);
class Client {
public:
    explicit Client(const Value &settings)
    {
        defacto_client *handle = nullptr;
        defacto_error *error = nullptr;
        check(defacto_client_new(settings.get(), &handle, &error), error);
        handle_.reset(handle);
    }

    template <class Function, class... Arguments>
    Value call(Function function, const Arguments &...arguments) const
    {
        return Value(run<defacto_value>(function, arguments...));
    }

    template <class Function, class... Arguments>
    Pages list(Function function, const Arguments &...arguments) const
    {
        return Pages(run<defacto_pages>(function, arguments...));
    }

private:
    // What stands for an argument in C: a text has its length beside it.
    static auto spread(std::string_view text) { return std::tuple(text.data(), text.size()); }
    static auto spread(const Value &value) { return std::tuple(value.get()); }
    static auto spread(std::nullptr_t) { return std::tuple(nullptr); }

    template <class Out, class Function, class... Arguments>
    Out *run(Function function, const Arguments &...arguments) const
    {
        Out *out = nullptr;
        defacto_error *error = nullptr;
        const auto all = std::tuple_cat(std::tuple(handle_.get()), spread(arguments)...,
                                        std::tuple(&out, &error));
        check(std::apply(function, all), error);
        return out;
    }

    std::unique_ptr<defacto_client, Free<defacto_client_free>> handle_;
};

}  // namespace defacto
