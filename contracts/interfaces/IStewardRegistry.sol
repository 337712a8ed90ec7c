// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Who may speak for which institution, and when
/// @notice A steward is an institution that answers for resources; its id is any number but zero. An agent is an
/// account that acts in a steward's name while its window `[from, until)` is open, in one of two roles. A registrar
/// registers, withdraws, grants and revokes. A service, which a library's own program holds, issues and renews
/// grants under self-service licenses only, and takes grants back that readers return. An account belongs to one
/// steward, in one role, for ever. All times are block times, in seconds.
///
/// The default admin, which a multisig of the consortium can hold, accredits stewards and adds agents. It has no
/// way to register, withdraw or grant in the name of a steward, other than openly adding a registrar.
interface IStewardRegistry {
    /// @notice The steward may register and grant from here on.
    event StewardAccredited(bytes32 indexed steward);

    /// @notice The steward may not register and grant any more, until it is reinstated.
    event StewardSuspended(bytes32 indexed steward);

    /// @notice The suspended steward may register and grant again.
    event StewardReinstated(bytes32 indexed steward);

    /// @notice The account acts for the steward from `from`, inclusive, until `until`, exclusive. `role`: 1 registrar,
    /// 2 service.
    event AgentAdded(bytes32 indexed steward, address indexed agent, uint8 role, uint64 from, uint64 until);

    /// @notice The window of the agent now ends at `at`.
    event AgentClosed(bytes32 indexed steward, address indexed agent, uint64 at);

    /// @notice Zero is not the id of a steward.
    error StewardIsZero();

    /// @notice The steward was accredited before; one that is suspended is reinstated.
    error StewardAlreadyAccredited(bytes32 steward);

    /// @notice The steward is not accredited: unknown or suspended.
    error StewardNotAccredited(bytes32 steward);

    /// @notice The steward is not suspended: unknown or accredited.
    error StewardNotSuspended(bytes32 steward);

    /// @notice The zero address acts for nobody.
    error AgentIsZero();

    /// @notice The window has no second in it.
    error WindowEmpty(uint64 from, uint64 until);

    /// @notice The account belongs to a steward already, this one or another.
    error AgentAlreadyAdded(address agent, bytes32 steward);

    /// @notice The account belongs to no steward.
    error AgentNotFound(address agent);

    /// @notice A window can be shortened, never extended. `until` is its present end.
    error CloseNotEarlier(address agent, uint64 until, uint64 at);

    /// @notice The account is not a registrar of the steward, or its window is not open at the time of this block.
    error RegistrarNotLive(bytes32 steward, address account);

    /// @notice The account does not act for the steward, or its window is not open at the time of this block.
    error AgentNotLive(bytes32 steward, address account);

    /// @notice Accredits a steward for the first time. Only for the default admin.
    function accredit(bytes32 steward) external;

    /// @notice Suspends an accredited steward. What it has registered and granted stays. Only for the default admin.
    function suspend(bytes32 steward) external;

    /// @notice Accredits a suspended steward again. Only for the default admin.
    function reinstate(bytes32 steward) external;

    /// @notice Gives an accredited steward a registrar. Only for the default admin.
    function addRegistrar(bytes32 steward, address account, uint64 from, uint64 until) external;

    /// @notice Gives an accredited steward a service. Only for the default admin.
    function addService(bytes32 steward, address account, uint64 from, uint64 until) external;

    /// @notice Moves the end of an agent's window to the earlier time `at`. Only for the default admin.
    ///
    /// `at` may lie in the past: the window then says since when a stolen key is not to be trusted. What the key did
    /// after `at` stays on chain, and a verifier compares its time with the window.
    function close(address account, uint64 at) external;

    /// @notice Gives an agent's role to another account from `from` on, and closes the agent at that time, so that the
    /// steward is at no time without an open window. Only for the default admin.
    function rotate(address account, address successor, uint64 from, uint64 until) external;

    /// @notice Whether the steward is accredited now.
    function isAccredited(bytes32 steward) external view returns (bool);

    /// @notice Whether the steward was accredited at the end of this block, which may be long past.
    function wasAccredited(bytes32 steward, uint48 blockNumber) external view returns (bool);

    /// @notice The steward that the account belongs to, its role and its window, or four zeros.
    function agent(address account) external view returns (bytes32 steward, uint8 role, uint64 from, uint64 until);

    /// @notice The role in which the account acts for this steward at the time of this block: 0 none, 1 registrar,
    /// 2 service.
    ///
    /// Warning: it says nothing of the accreditation of the steward; `checkRegistrar` and `checkAgent` ask for both. A
    /// live registrar is enough to take something back, such as a grant, which a suspended steward must still be able
    /// to do.
    function liveRole(bytes32 steward, address account) external view returns (uint8);

    /// @notice Returns if the steward is accredited and the account is its live registrar; reverts with
    /// `StewardNotAccredited` or `RegistrarNotLive` otherwise.
    function checkRegistrar(bytes32 steward, address account) external view;

    /// @notice Returns the role in which the account acts for the accredited steward; reverts with
    /// `StewardNotAccredited` or `AgentNotLive` otherwise.
    function checkAgent(bytes32 steward, address account) external view returns (uint8 role);
}
