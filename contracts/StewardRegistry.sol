// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Administered} from "./Administered.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title Stewards, and who acts for them
/// @notice Holds whether each steward is and was accredited, and the window of each account that acts for one.
contract StewardRegistry is IStewardRegistry, Administered {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev One storage slot.
    struct Window {
        uint64 from;
        uint64 until;
        uint8 role;
    }

    uint8 private constant NONE = 0;
    uint8 private constant REGISTRAR = 1;
    uint8 private constant SERVICE = 2;

    // The present state stands apart from the history, so that a check reads one slot.
    mapping(bytes32 steward => bool accredited) private _accredited;
    mapping(bytes32 steward => Checkpoints.Trace208) private _history;
    mapping(address account => bytes32 steward) private _stewards;

    // Kept by steward too, so that a check for one steward reads one slot.
    mapping(bytes32 steward => mapping(address account => Window)) private _windows;

    /// @notice Starts with no steward.
    /// @param adminDelay see `Administered`
    /// @param admin see `Administered`
    constructor(uint48 adminDelay, address admin) Administered(adminDelay, admin) {}

    /// @inheritdoc IStewardRegistry
    function accredit(bytes32 steward) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (steward == 0) {
            revert StewardIsZero();
        }
        if (_history[steward].length() != 0) {
            revert StewardAlreadyAccredited(steward);
        }
        _setAccredited(steward, true);
        emit StewardAccredited(steward);
        _accumulate(abi.encode(StewardAccredited.selector, steward));
    }

    /// @inheritdoc IStewardRegistry
    function suspend(bytes32 steward) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        _checkAccredited(steward);
        _setAccredited(steward, false);
        emit StewardSuspended(steward);
        _accumulate(abi.encode(StewardSuspended.selector, steward));
    }

    /// @inheritdoc IStewardRegistry
    function reinstate(bytes32 steward) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (_accredited[steward] || _history[steward].length() == 0) {
            revert StewardNotSuspended(steward);
        }
        _setAccredited(steward, true);
        emit StewardReinstated(steward);
        _accumulate(abi.encode(StewardReinstated.selector, steward));
    }

    /// @inheritdoc IStewardRegistry
    function addRegistrar(
        bytes32 steward,
        address account,
        uint64 from,
        uint64 until
    ) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        _add(steward, account, REGISTRAR, from, until);
    }

    /// @inheritdoc IStewardRegistry
    function addService(
        bytes32 steward,
        address account,
        uint64 from,
        uint64 until
    ) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        _add(steward, account, SERVICE, from, until);
    }

    /// @inheritdoc IStewardRegistry
    function close(address account, uint64 at) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        _close(account, at);
    }

    /// @inheritdoc IStewardRegistry
    function rotate(
        address account,
        address successor,
        uint64 from,
        uint64 until
    ) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        bytes32 steward = _stewards[account];
        _close(account, from);
        _add(steward, successor, _windows[steward][account].role, from, until);
    }

    /// @inheritdoc IStewardRegistry
    function isAccredited(bytes32 steward) external view override returns (bool) {
        return _accredited[steward];
    }

    /// @inheritdoc IStewardRegistry
    function wasAccredited(bytes32 steward, uint48 blockNumber) external view override returns (bool) {
        return _history[steward].upperLookupRecent(blockNumber) == 1;
    }

    /// @inheritdoc IStewardRegistry
    function agent(
        address account
    ) external view override returns (bytes32 steward, uint8 role, uint64 from, uint64 until) {
        steward = _stewards[account];
        Window memory window = _windows[steward][account];
        return (steward, window.role, window.from, window.until);
    }

    /// @inheritdoc IStewardRegistry
    function liveRole(bytes32 steward, address account) external view override returns (uint8) {
        return _liveRole(steward, account);
    }

    /// @inheritdoc IStewardRegistry
    function checkRegistrar(bytes32 steward, address account) external view override {
        _checkAccredited(steward);
        if (_liveRole(steward, account) != REGISTRAR) {
            revert RegistrarNotLive(steward, account);
        }
    }

    /// @inheritdoc IStewardRegistry
    function checkAgent(bytes32 steward, address account) external view override returns (uint8 role) {
        _checkAccredited(steward);
        role = _liveRole(steward, account);
        if (role == NONE) {
            revert AgentNotLive(steward, account);
        }
    }

    function _setAccredited(bytes32 steward, bool accredited) private {
        _accredited[steward] = accredited;
        _history[steward].push(uint48(block.number), accredited ? 1 : 0);
    }

    function _add(bytes32 steward, address account, uint8 role, uint64 from, uint64 until) private {
        if (account == address(0)) {
            revert AgentIsZero();
        }
        if (from >= until) {
            revert WindowEmpty(from, until);
        }
        _checkAccredited(steward);
        bytes32 present = _stewards[account];
        if (present != 0) {
            revert AgentAlreadyAdded(account, present);
        }
        _stewards[account] = steward;
        _windows[steward][account] = Window({from: from, until: until, role: role});
        emit AgentAdded(steward, account, role, from, until);
        _accumulate(abi.encode(AgentAdded.selector, steward, account, role, from, until));
    }

    function _close(address account, uint64 at) private {
        bytes32 steward = _stewards[account];
        if (steward == 0) {
            revert AgentNotFound(account);
        }
        Window storage window = _windows[steward][account];
        if (at >= window.until) {
            revert CloseNotEarlier(account, window.until, at);
        }
        window.until = at;
        emit AgentClosed(steward, account, at);
        _accumulate(abi.encode(AgentClosed.selector, steward, account, at));
    }

    function _checkAccredited(bytes32 steward) private view {
        if (!_accredited[steward]) {
            revert StewardNotAccredited(steward);
        }
    }

    function _liveRole(bytes32 steward, address account) private view returns (uint8) {
        Window memory window = _windows[steward][account];
        return window.from <= block.timestamp && block.timestamp < window.until ? window.role : NONE;
    }
}
