// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Who may speak for which institution, and when
/// @notice A steward is an institution that answers for resources; its id is any number but zero. A registrar is an
/// account that acts in a steward's name while its window `[from, until)` is open. An account belongs to one steward
/// for ever. All times are block times, in seconds.
///
/// The default admin, which a multisig of the consortium can hold, accredits stewards and adds registrars. It has no
/// way to register, withdraw or grant in the name of a steward, other than openly adding a registrar.
interface IStewardRegistry {
    /// @notice The steward may register and grant from here on.
    event StewardAccredited(bytes32 indexed steward);

    /// @notice The steward may not register and grant any more, until it is accredited again.
    event StewardSuspended(bytes32 indexed steward);

    /// @notice The account acts for the steward from `from`, inclusive, until `until`, exclusive.
    event RegistrarAdded(bytes32 indexed steward, address indexed registrar, uint64 from, uint64 until);

    /// @notice The window of the registrar now ends at `at`.
    event RegistrarClosed(bytes32 indexed steward, address indexed registrar, uint64 at);

    /// @notice Zero is not the id of a steward.
    error StewardIsZero();

    /// @notice The steward is accredited as it is.
    error StewardAlreadyAccredited(bytes32 steward);

    /// @notice The steward is unknown or suspended.
    error StewardNotAccredited(bytes32 steward);

    /// @notice The zero address is not a registrar.
    error RegistrarIsZero();

    /// @notice The window has no second in it.
    error RegistrarWindowEmpty(uint64 from, uint64 until);

    /// @notice The account belongs to a steward already, this one or another.
    error RegistrarAlreadyAdded(address registrar, bytes32 steward);

    /// @notice The account belongs to no steward.
    error RegistrarNotFound(address registrar);

    /// @notice A window can be shortened, never extended. `until` is its present end.
    error RegistrarCloseNotEarlier(address registrar, uint64 until, uint64 at);

    /// @notice The account is not a registrar of the steward, or its window is not open at the time of this block.
    error RegistrarNotLive(bytes32 steward, address registrar);

    /// @notice Accredits a steward, or accredits a suspended one again. Only for the default admin.
    function accredit(bytes32 steward) external;

    /// @notice Suspends an accredited steward. What it has registered and granted stays. Only for the default admin.
    function suspend(bytes32 steward) external;

    /// @notice Gives an accredited steward a registrar. Only for the default admin.
    function addRegistrar(bytes32 steward, address registrar, uint64 from, uint64 until) external;

    /// @notice Moves the end of a registrar's window to the earlier time `at`. Only for the default admin.
    ///
    /// `at` may lie in the past: the window then says since when a stolen key is not to be trusted. What the key did
    /// after `at` stays on chain, and a verifier compares its time with the window.
    function closeRegistrar(address registrar, uint64 at) external;

    /// @notice Whether the steward is accredited now.
    function isAccredited(bytes32 steward) external view returns (bool);

    /// @notice The steward that the account belongs to and its window, or three zeros.
    function registrar(address account) external view returns (bytes32 steward, uint64 from, uint64 until);

    /// @notice Whether the account is a registrar of this steward with an open window.
    ///
    /// Warning: it says nothing of the accreditation of the steward; `checkRegistrar` asks for both. A live registrar
    /// is enough to take something back, such as a grant, which a suspended steward must still be able to do.
    function isLiveRegistrar(bytes32 steward, address account) external view returns (bool);

    /// @notice Returns if the steward is accredited and the account is its live registrar; reverts with
    /// `StewardNotAccredited` or `RegistrarNotLive` otherwise.
    function checkRegistrar(bytes32 steward, address account) external view;
}
