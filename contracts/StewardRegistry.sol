// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {EventAccumulator} from "./EventAccumulator.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title Stewards and their registrars
/// @notice Holds whether each steward is accredited, and the window of each registrar.
contract StewardRegistry is IStewardRegistry, AccessControlDefaultAdminRules, EventAccumulator {
    struct Window {
        uint64 from;
        uint64 until;
    }

    mapping(bytes32 steward => bool accredited) private _accredited;
    mapping(address account => bytes32 steward) private _stewards;

    // Kept by steward too, so that a check for one steward reads one slot.
    mapping(bytes32 steward => mapping(address account => Window)) private _windows;

    /// @notice Starts with no steward.
    /// @param adminDelay seconds that a change of the default admin takes at least
    /// @param admin the first default admin
    constructor(uint48 adminDelay, address admin) AccessControlDefaultAdminRules(adminDelay, admin) {}

    /// @inheritdoc IStewardRegistry
    function accredit(bytes32 steward) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (steward == 0) {
            revert StewardIsZero();
        }
        if (_accredited[steward]) {
            revert StewardAlreadyAccredited(steward);
        }
        _accredited[steward] = true;
        emit StewardAccredited(steward);
        _accumulate(abi.encode(StewardAccredited.selector, steward));
    }

    /// @inheritdoc IStewardRegistry
    function suspend(bytes32 steward) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        _checkAccredited(steward);
        _accredited[steward] = false;
        emit StewardSuspended(steward);
        _accumulate(abi.encode(StewardSuspended.selector, steward));
    }

    /// @inheritdoc IStewardRegistry
    function addRegistrar(
        bytes32 steward,
        address account,
        uint64 from,
        uint64 until
    ) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (account == address(0)) {
            revert RegistrarIsZero();
        }
        if (from >= until) {
            revert RegistrarWindowEmpty(from, until);
        }
        _checkAccredited(steward);
        bytes32 present = _stewards[account];
        if (present != 0) {
            revert RegistrarAlreadyAdded(account, present);
        }
        _stewards[account] = steward;
        _windows[steward][account] = Window({from: from, until: until});
        emit RegistrarAdded(steward, account, from, until);
        _accumulate(abi.encode(RegistrarAdded.selector, steward, account, from, until));
    }

    /// @inheritdoc IStewardRegistry
    function closeRegistrar(address account, uint64 at) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        bytes32 steward = _stewards[account];
        if (steward == 0) {
            revert RegistrarNotFound(account);
        }
        Window storage window = _windows[steward][account];
        if (at >= window.until) {
            revert RegistrarCloseNotEarlier(account, window.until, at);
        }
        window.until = at;
        emit RegistrarClosed(steward, account, at);
        _accumulate(abi.encode(RegistrarClosed.selector, steward, account, at));
    }

    /// @inheritdoc IStewardRegistry
    function isAccredited(bytes32 steward) external view override returns (bool) {
        return _accredited[steward];
    }

    /// @inheritdoc IStewardRegistry
    function registrar(address account) external view override returns (bytes32 steward, uint64 from, uint64 until) {
        steward = _stewards[account];
        Window memory window = _windows[steward][account];
        return (steward, window.from, window.until);
    }

    /// @inheritdoc IStewardRegistry
    function isLiveRegistrar(bytes32 steward, address account) external view override returns (bool) {
        return _isLive(steward, account);
    }

    /// @inheritdoc IStewardRegistry
    function checkRegistrar(bytes32 steward, address account) external view override {
        _checkAccredited(steward);
        if (!_isLive(steward, account)) {
            revert RegistrarNotLive(steward, account);
        }
    }

    function _checkAccredited(bytes32 steward) private view {
        if (!_accredited[steward]) {
            revert StewardNotAccredited(steward);
        }
    }

    function _isLive(bytes32 steward, address account) private view returns (bool) {
        Window memory window = _windows[steward][account];
        return window.from <= block.timestamp && block.timestamp < window.until;
    }
}
